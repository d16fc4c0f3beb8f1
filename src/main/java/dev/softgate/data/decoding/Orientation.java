package dev.softgate.data.decoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How to turn and mirror a photo upright: a camera stores it as the sensor was held. The value is
 * EXIF's tag 274, or {@code tiff:Orientation} of XMP if EXIF lacks it.
 *
 * @param value from 1 (upright) to 8
 */
record Orientation(int value) {

  static final Orientation UPRIGHT = new Orientation(1);

  private static final int TAG = 274;
  private static final int ENTRY_BYTES = 12;
  private static final int MAX_ENTRIES = 4096;
  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([1-8])");

  /** The orientation that an image file states; upright if it states none. */
  static Orientation of(ImageFormat format, byte[] file) {
    return switch (format) {
      case JPEG -> JpegFile.orientation(file);
      case PNG -> ofPng(file);
      case WEBP -> WebpFile.orientation(file);
      case TIFF -> ofExif(file, 0, file.length);
      default -> UPRIGHT;
    };
  }

  private static Orientation ofPng(byte[] file) {
    Orientation found = UPRIGHT;
    ByteBuffer in = ByteBuffer.wrap(file);
    long at = 8;
    while (at + 12 <= file.length) {
      int start = (int) at + 8;
      long length = in.getInt((int) at) & 0xFFFF_FFFFL;
      int end = (int) Math.min(file.length, start + length);
      if (ImageFormat.begins(file, start - 4, "eXIf")) {
        found = ofExif(file, start, end).or(found);
      } else if (ImageFormat.begins(file, start - 4, "iTXtXML:com.adobe.xmp\0")) {
        found = found.or(ofXmp(file, start, end));
      }
      at += 12 + length;
    }
    return found;
  }

  /** Reads a TIFF header and its first directory; upright if they are damaged or lack the tag. */
  static Orientation ofExif(byte[] file, int from, int to) {
    if (to - from < 8) {
      return UPRIGHT;
    }
    ByteBuffer in = ByteBuffer.wrap(file, from, to - from).slice();
    in.order(in.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = in.getInt(4) & 0xFFFF_FFFFL;
    if (in.getShort(2) != 42 || directory + 2 > in.limit()) {
      return UPRIGHT;
    }
    int entries = Math.min(MAX_ENTRIES, in.getShort((int) directory) & 0xFFFF);
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + (long) ENTRY_BYTES * i;
      if (at + ENTRY_BYTES > in.limit()) {
        break;
      }
      if ((in.getShort((int) at) & 0xFFFF) == TAG) {
        boolean wide = in.getShort((int) at + 2) == 4;
        int value = wide ? in.getInt((int) at + 8) : in.getShort((int) at + 8);
        return value >= 1 && value <= 8 ? new Orientation(value) : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  /** Reads XMP's text; upright if it lacks the tag. */
  static Orientation ofXmp(byte[] file, int from, int to) {
    Matcher found = XMP.matcher(new String(file, from, to - from, StandardCharsets.ISO_8859_1));
    return found.find() ? new Orientation(Integer.parseInt(found.group(1))) : UPRIGHT;
  }

  /** This one; the other if this is upright. */
  Orientation or(Orientation other) {
    return value == 1 ? other : this;
  }

  private boolean swapsAxes() {
    return value >= 5;
  }

  /** The size of the upright image. */
  ImageDecoder.Size of(ImageDecoder.Size stored) {
    return swapsAxes()
        ? new ImageDecoder.Size(/* height= */ stored.width(), /* width= */ stored.height())
        : stored;
  }

  /** Turns uint8, C×H×W with C = 3, upright; the array itself if there is nothing to turn. */
  byte[] upright(byte[] stored, ImageDecoder.Size size) {
    if (value == 1) {
      return stored;
    }
    boolean flipsRows = value == 3 || value == 4 || value == 6 || value == 7;
    boolean flipsColumns = value == 2 || value == 3 || value == 7 || value == 8;
    ImageDecoder.Size turned = of(size);
    byte[] upright = new byte[stored.length];
    int plane = size.height() * size.width();
    for (int y = 0; y < turned.height(); y++) {
      for (int x = 0; x < turned.width(); x++) {
        int row = swapsAxes() ? x : y;
        int column = swapsAxes() ? y : x;
        row = flipsRows ? size.height() - 1 - row : row;
        column = flipsColumns ? size.width() - 1 - column : column;
        for (int c = 0; c < ImageDecoder.CHANNELS; c++) {
          upright[c * plane + y * turned.width() + x] =
              stored[c * plane + row * size.width() + column];
        }
      }
    }
    return upright;
  }
}
