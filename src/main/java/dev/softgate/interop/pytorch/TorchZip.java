package dev.softgate.interop.pytorch;

import dev.softgate.interop.Quoted;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The format of PyTorch 1.6 and later: a zip file with one folder of any name. It contains {@code
 * data.pkl}, the pickle; {@code data/KEY}, the bytes of each storage; and {@code byteorder}.
 * PyTorch stores its entries uncompressed; deflated entries, as in repacked files, are read too.
 *
 * <p>An entry that does not match its checksum is refused. A checksum of 0 is ignored: PyTorch can
 * be told not to compute checksums.
 */
final class TorchZip implements TorchFormat {

  private static final String PICKLE = "data.pkl";

  /** The letters PK, which begin each of the format's signatures. */
  private static final short BEGIN = 0x4b50;

  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int LOCAL_NAME_BYTES = 26;
  private static final int LOCAL_EXTRA_BYTES = 28;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /** A deflated byte expands to no more: a match of 258 bytes takes two bits. */
  private static final long MOST_PER_BYTE = 1032;

  private static final long MAX_BYTE_ORDER_BYTES = 64;

  private final TorchSource source;
  private final TorchBudget budget;
  private final TorchRefusal refusal;
  private final Map<String, ZipDirectory.Entry> entries;
  private final String folder;

  private TorchZip(
      TorchSource source,
      TorchBudget budget,
      Map<String, ZipDirectory.Entry> entries,
      String folder) {
    this.source = source;
    this.budget = budget;
    this.refusal = source.refusal();
    this.entries = entries;
    this.folder = folder;
  }

  static boolean begins(TorchSource source) {
    return source.size() >= Short.BYTES
        && source.read(0, Short.BYTES, "its beginning").getShort() == BEGIN;
  }

  static TorchZip open(TorchSource source, TorchBudget budget) {
    Map<String, ZipDirectory.Entry> entries = ZipDirectory.read(source);
    List<String> pickles =
        entries.keySet().stream()
            .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
            .toList();
    if (pickles.isEmpty() && entries.keySet().stream().anyMatch(name -> name.endsWith(".npy"))) {
      throw source.refusal().unsupported("it is a NumPy archive (.npz)");
    }
    if (pickles.size() != 1) {
      throw source
          .refusal()
          .damaged(
              "it is a zip file with %d entries; %d of them are called %s, but a checkpoint has one"
                  .formatted(entries.size(), pickles.size(), PICKLE));
    }
    String pickle = pickles.get(0);
    String folder = pickle.substring(0, pickle.length() - PICKLE.length());
    TorchZip zip = new TorchZip(source, budget, entries, folder);
    zip.checkByteOrder();
    return zip;
  }

  private void checkByteOrder() {
    ZipDirectory.Entry entry = entries.get(folder + "byteorder");
    if (entry == null) {
      return;
    }
    ByteBuffer order = contents(entry, MAX_BYTE_ORDER_BYTES);
    if (!StandardCharsets.UTF_8.decode(order).toString().strip().equals("little")) {
      throw refusal.unsupported("its tensors are not little-endian");
    }
  }

  @Override
  public Object root() {
    ByteBuffer pickle = contents(entry(PICKLE), PickleInput.MAX_BYTES);
    TorchStorages storages = new TorchStorages(refusal);
    return new TorchPickle(pickle, new TorchGlobals(refusal), storages::load, refusal).load();
  }

  @Override
  public ByteBuffer bytes(TorchStorage storage) {
    ZipDirectory.Entry entry = entry("data/" + storage.key());
    long elements = entry.size() / storage.type().bytes();
    if (entry.size() % storage.type().bytes() != 0 || elements != storage.total()) {
      throw refusal.damaged(
          "storage %s should have %d elements of %s, but has %s bytes"
              .formatted(
                  Quoted.quoted(storage.key()),
                  storage.total(),
                  storage.type(),
                  Long.toUnsignedString(entry.size())));
    }
    return contents(entry, TorchSource.MAX_ARRAY_BYTES);
  }

  private ZipDirectory.Entry entry(String name) {
    ZipDirectory.Entry entry = entries.get(folder + name);
    if (entry == null) {
      throw refusal.damaged("it lacks the entry " + Quoted.quoted(folder + name));
    }
    return entry;
  }

  private ByteBuffer contents(ZipDirectory.Entry entry, long most) {
    String what = "its entry " + Quoted.quoted(entry.name());
    if (entry.isEncrypted()) {
      throw refusal.unsupported(what + " is encrypted");
    }
    if (entry.size() < 0 || entry.size() > most) {
      throw refusal.damaged(
          "%s claims %s bytes, more than the maximum of %d"
              .formatted(what, Long.toUnsignedString(entry.size()), most));
    }
    ByteBuffer contents =
        switch (entry.method()) {
          case STORED -> stored(entry, what);
          case DEFLATED -> inflated(entry, what);
          default ->
              throw refusal.unsupported(
                  what
                      + " uses compression method "
                      + entry.method()
                      + "; only stored and deflated are supported");
        };
    CRC32 crc = new CRC32();
    crc.update(contents.duplicate());
    if (entry.crc() != 0 && entry.crc() != (int) crc.getValue()) {
      throw refusal.damaged(what + " does not match its checksum");
    }
    return contents;
  }

  private ByteBuffer stored(ZipDirectory.Entry entry, String what) {
    if (entry.compressed() != entry.size()) {
      throw refusal.damaged(what + " is stored, but has two sizes");
    }
    return packed(entry, what);
  }

  /** The bytes of an entry as stored in the file. */
  private ByteBuffer packed(ZipDirectory.Entry entry, String what) {
    ByteBuffer local = source.read(entry.header(), LOCAL_BYTES, what);
    if (local.getInt(0) != LOCAL_SIGNATURE) {
      throw refusal.damaged(what + " is not at its position in the zip directory");
    }
    long begin =
        entry.header()
            + LOCAL_BYTES
            + ZipDirectory.unsigned16(local, LOCAL_NAME_BYTES)
            + ZipDirectory.unsigned16(local, LOCAL_EXTRA_BYTES);
    budget.take(entry.compressed(), what);
    return source.read(begin, entry.compressed(), what);
  }

  private ByteBuffer inflated(ZipDirectory.Entry entry, String what) {
    ByteBuffer packed = packed(entry, what);
    if (entry.size() > packed.capacity() * MOST_PER_BYTE) {
      throw refusal.damaged(
          "%s claims %d bytes, more than its %d can inflate to"
              .formatted(what, entry.size(), packed.capacity()));
    }
    budget.take(entry.size(), what);
    byte[] bytes = new byte[(int) entry.size()];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      int done = 0;
      int step = 1;
      while (done < bytes.length && step > 0) {
        step = inflater.inflate(bytes, done, bytes.length - done);
        done += step;
      }
      // One more byte: the stream must end here, and an empty stream must end, too.
      if (done < bytes.length || inflater.inflate(new byte[1]) > 0 || !inflater.finished()) {
        throw refusal.damaged(what + " does not inflate to the size it claims");
      }
    } catch (DataFormatException e) {
      throw refusal.damaged(what + " cannot be inflated");
    } finally {
      inflater.end();
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
