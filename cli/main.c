/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <tok.h>

int main(void)
{
	printf("tok %s\n", tok_version());
	return 0;
}
