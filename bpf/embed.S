/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The object file OBJECT as bytes between SYMBOL and SYMBOL_END, aligned as ELF wants to be read. */
	.section .rodata
	.balign 16
	.global SYMBOL
	.global SYMBOL_END
SYMBOL:
	.incbin OBJECT
SYMBOL_END:
	.byte 0
	.section .note.GNU-stack,"",%progbits
