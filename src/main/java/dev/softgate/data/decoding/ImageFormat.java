package dev.softgate.data.decoding;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The format of an image file, known by its first bytes and not by its name. */
enum ImageFormat {
  JPEG("jpeg"),
  PNG("png"),
  WEBP("webp"),
  GIF("gif"),
  BMP("bmp"),
  TIFF("tiff"),
  BIG_TIFF(null),
  HEIC(null),
  AVIF(null),
  JPEG_XL(null),
  JPEG_2000(null);

  static final String READABLE = "PNG, JPEG, WebP, GIF, BMP or TIFF";

  private static final int BRANDS_END = 64;

  private final @Nullable String reader;

  ImageFormat(@Nullable String reader) {
    this.reader = reader;
  }

  /** ImageIO's name of the format; null if it cannot be read. */
  @Nullable String reader() {
    return reader;
  }

  /** A command that converts a {@code photo} of a format that cannot be read. */
  String conversion() {
    return switch (this) {
      case BIG_TIFF -> "magick photo.tif photo.png";
      case HEIC -> "heif-convert photo.heic photo.jpg";
      case AVIF -> "avifdec photo.avif photo.png";
      case JPEG_XL -> "djxl photo.jxl photo.png";
      case JPEG_2000 -> "opj_decompress -i photo.jp2 -o photo.png";
      default -> throw new IllegalStateException(this + " is read");
    };
  }

  String withArticle() {
    return (this == AVIF ? "an " : "a ") + this;
  }

  /** The format of a file; null if it is none of these. */
  static @Nullable ImageFormat of(byte[] file) {
    if (begins(file, 0, "\u00FF\u00D8\u00FF")) {
      return JPEG;
    } else if (begins(file, 0, "\u0089PNG\r\n\u001A\n")) {
      return PNG;
    } else if (begins(file, 0, "RIFF") && begins(file, 8, "WEBP")) {
      return WEBP;
    } else if (begins(file, 0, "GIF87a") || begins(file, 0, "GIF89a")) {
      return GIF;
    } else if (begins(file, 0, "BM")) {
      return BMP;
    } else if (begins(file, 0, "II*\0") || begins(file, 0, "MM\0*")) {
      return TIFF;
    } else if (begins(file, 0, "II+\0") || begins(file, 0, "MM\0+")) {
      return BIG_TIFF;
    } else if (begins(file, 4, "ftyp")) {
      return boxed(file);
    } else if (begins(file, 0, "\u00FF\n") || begins(file, 4, "JXL ")) {
      return JPEG_XL;
    } else if (begins(file, 4, "jP  ") || begins(file, 0, "\u00FFO\u00FFQ")) {
      return JPEG_2000;
    }
    return null;
  }

  /** Looks for a known brand in the first box of a HEIF file, the main brand first. */
  private static @Nullable ImageFormat boxed(byte[] file) {
    for (int at = 8; at + 4 <= Math.min(file.length, BRANDS_END); at += 4) {
      String brand = new String(file, at, 4, StandardCharsets.ISO_8859_1);
      if (brand.equals("avif") || brand.equals("avis")) {
        return AVIF;
      } else if (brand.startsWith("hei") || brand.startsWith("hev")) {
        return HEIC;
      }
    }
    return begins(file, 8, "mif1") || begins(file, 8, "msf1") ? HEIC : null;
  }

  /** Whether the bytes from {@code at} are these characters of ISO 8859-1. */
  static boolean begins(byte[] file, int at, String text) {
    if (at + text.length() > file.length) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((file[at + i] & 0xFF) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return switch (this) {
      case WEBP -> "WebP";
      case BIG_TIFF -> "BigTIFF";
      default -> name().replace('_', ' ');
    };
  }
}
