/** The fonts of everything that is printed: they have every letter of Welsh, which the standard fonts of PDF have not. */
import { fileURLToPath } from 'node:url'
import type { PrintFonts } from '../domain/archive/pdf.ts'

const font = (file: string) => fileURLToPath(new URL(`../../assets/fonts/${file}`, import.meta.url))

export const PRINT_FONTS: PrintFonts = { regular: font('DejaVuSansCondensed.ttf'), bold: font('DejaVuSansCondensed-Bold.ttf') }
