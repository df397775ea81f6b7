# SPDX-License-Identifier: Apache-2.0
"""Where tok and Hugging Face tokenizers 0.23.3 part ways, each with the
smallest input that shows it; and what tok does not take."""
import collections

# A bug of the original, or a table of its libraries: the file (of a Source),
# the text, and the ids that the original gives.
Known = collections.namedtuple("Known", "name why file text theirs")
KNOWN = []

# Names of test files, and what tok's sentence must name.
REFUSED = {"norm-bert": "BertNormalizer", "norm-regex_alternatives": "the pattern",
           # Which of two counts depends there on the seed of a hash.
           "tokens-same": "added token"}
