/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/image.h"

static void fill(tok_bytes section[TK_N_SECTIONS], uint8_t *data)
{
	for (size_t i = 0; i < TK_N_SECTIONS; i++) {
		section[i] = (tok_bytes){data, 17 * i};
		data += 17 * i;
	}
}

static void sections_come_back(void **state)
{
	static uint8_t data[2000];
	tok_bytes section[TK_N_SECTIONS], back[TK_N_SECTIONS];
	tok_buf image;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 31);
	fill(section, data);
	tok_buf_init(&image, NULL);
	assert_ok(tk_image_write(section, &image));
	assert_ok(tk_image_read((tok_bytes){image.p, image.n}, "x", back,
				NULL));
	for (int i = 0; i < TK_N_SECTIONS; i++) {
		assert_int_equal((back[i].p - image.p) % TK_MODEL_ALIGN, 0);
		assert_int_equal(back[i].n, section[i].n);
		assert_memory_equal(back[i].p, section[i].p, section[i].n);
	}
	tok_buf_release(&image);
}

static void header_errors_say_what_to_do(void **state)
{
	tok_bytes section[TK_N_SECTIONS] = {{NULL, 0}};
	tok_buf image;
	tok_error err;

	(void)state;
	tok_buf_init(&image, NULL);
	assert_ok(tk_image_write(section, &image));
	tok_bytes file = {image.p, image.n};

	image.p[8] = 2; /* version */
	assert_int_equal(tk_image_read(file, "m.tok", section, &err),
			 TOK_E_FORMAT);
	assert_non_null(strstr(err.text, "m.tok"));
	assert_non_null(strstr(err.text, "version"));
	image.p[8] = 1;
	file.n--;
	assert_int_equal(tk_image_read(file, "m.tok", section, &err),
			 TOK_E_CORRUPT);
	assert_int_equal(err.at, 16);
	file.n++;
	image.p[image.n - 1] ^= 1;
	assert_int_equal(tk_image_read(file, "m.tok", section, &err),
			 TOK_E_CORRUPT);
	assert_non_null(strstr(err.text, "digest"));
	image.p[0] = 'X';
	assert_int_equal(tk_image_read(file, "m.tok", section, &err),
			 TOK_E_FORMAT);
	assert_non_null(strstr(err.text, "not a tok model"));
	tok_buf_release(&image);
}

/* One section over another, out of order, behind a gap that is not zero. */
static void sections_lie_one_way(void **state)
{
	static uint8_t data[2000];
	tok_bytes section[TK_N_SECTIONS], back[TK_N_SECTIONS];
	tok_buf image;
	uint8_t *entry;

	(void)state;
	fill(section, data);
	tok_buf_init(&image, NULL);
	for (int lie = 0; lie < 4; lie++) {
		assert_ok(tk_image_write(section, &image));
		entry = image.p + TK_MODEL_HEAD + 4 * TK_MODEL_ENTRY;
		if (lie == 1)
			memcpy(entry + 8, entry + 8 - TK_MODEL_ENTRY, 8);
		if (lie == 2)
			image.p[tk_get64(entry + 8) - 1] = 1;
		if (lie == 3)
			image.p[TK_MODEL_HEAD + (TK_N_SECTIONS - 1) * TK_MODEL_ENTRY +
				16]--;
		tok_digest d = tk_image_digest((tok_bytes){image.p, image.n});
		memcpy(image.p + 24, d.byte, sizeof(d.byte));
		assert_int_equal(tk_image_read((tok_bytes){image.p, image.n},
					       "x", back, NULL),
				 lie ? TOK_E_CORRUPT : TOK_OK);
	}
	tok_buf_release(&image);
}

static void fingerprint_takes_the_first_sections(void **state)
{
	uint8_t data[2000] = {0};
	tok_bytes section[TK_N_SECTIONS];
	(void)state;
	fill(section, data);
	tok_digest a = tk_image_fingerprint(section);

	for (int i = 0; i < TK_N_SECTIONS; i++) {
		section[i].n++;
		tok_digest b = tk_image_fingerprint(section);
		assert_int_equal(memcmp(&a, &b, sizeof(a)) != 0,
				 i < TK_N_MEANING);
		section[i].n--;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_come_back),
		cmocka_unit_test(header_errors_say_what_to_do),
		cmocka_unit_test(sections_lie_one_way),
		cmocka_unit_test(fingerprint_takes_the_first_sections),
	};
	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
