# SPDX-License-Identifier: Apache-2.0
"""The Unicode that each table in Hugging Face tokenizers 0.23.3 knows.

Found by asking the wheel about every code point; the newest character that is
known tells the version. ICU 72 knows Unicode 15.0. "Also" and "not" are what a
table has, or lacks, after ICU's is restricted to characters of that age:

    library                      asked by                version  also; not
    unicode-normalization-       NFC NFD NFKC NFKD       9.0      -
      alignments 0.1.12          combining classes       9.0      -
                                 StripAccents            9.0      1CF2 1CF3; 111C9
                                   (general category M)
    unicode_categories 0.1.1     Punctuation (P, and     8.0      166D 111C9; -
                                   ASCII's S)
                                 BertNormalizer's marks  8.0      1734; 1885 1886 A9BD
                                   (Mn, after NFD of 9.0)           111C9
                                 BertNormalizer's clean  8.0      -
                                   (Cc Cf Co, not Cn)
    Rust's std (rustc 1.99)      Lowercase (one by one)  17.0     newer than 15.0: 55
                                 Digits (N)              17.0     newer than 15.0: 93
                                 WhitespaceSplit         any      -
    regex 1.13.1                 Whitespace; the \\w and  16.0     newer than 15.0: 5055
                                   \\s beside an added
                                   token
    Oniguruma 6.9.10             Split and Replace       16.0     newer than 15.0; \\w has
                                   by regex                        B2 B3 B9 BC BD BE, too,
                                                                  and not 200C 200D
    unicode-segmentation 1.13.3  Precompiled: what       17.0     newer than 15.0: 93
                                   extends a character              in 27 ranges
                                 ... what is prepended   17.0     113D1; 11A3A
                                 ... what is a control   17.0     -

Unicode 16.0's and 17.0's own characters are where ICU 72 cannot follow; all
other entries are exceptions that can be written down. Code points that are not
assigned: none of the tables of general categories has them; BertNormalizer
keeps them; Extended_Pictographic has the same reserved ones as ICU.
"""
