/** Codec ids, as the vendor's page "Codec" names them. */

export const CODEC_7 = 0x07;
export const CODEC_8 = 0x08;
export const CODEC_8_EXTENDED = 0x8e;
export const CODEC_12 = 0x0c;
export const CODEC_13 = 0x0d;
export const CODEC_14 = 0x0e;
export const CODEC_15 = 0x0f;
export const CODEC_16 = 0x10;

/** Codecs whose frames hold records, which the device keeps until they are acknowledged. */
export const DATA_CODECS: ReadonlySet<number> = new Set([CODEC_7, CODEC_8, CODEC_8_EXTENDED, CODEC_16]);

/** GPRS commands and serial data. An acknowledgement of these makes devices log an error and drop the link. */
export const COMMAND_CODECS: ReadonlySet<number> = new Set([CODEC_12, CODEC_13, CODEC_14, CODEC_15]);
