package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.BadInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that are damaged, or made to do harm. */
class CifarArchiveTest {

  private static final Map<String, byte[]> FILES = CifarFiles.of(CifarFormat.CIFAR10, 2);
  private static final byte[] WHOLE = CifarFiles.archive(CifarFormat.CIFAR10, FILES);

  @TempDir Path temp;

  @Test
  void acceptsEntriesInAnyFolderAndOrder() throws IOException {
    byte[] packed =
        CifarFiles.tarGz(
            tar -> {
              tar.putArchiveEntry(new TarArchiveEntry("./elsewhere/"));
              tar.closeArchiveEntry();
              CifarFiles.put(tar, new TarArchiveEntry("./elsewhere/notes.txt"), new byte[5_000]);
              String[] names = FILES.keySet().toArray(new String[0]);
              for (int i = names.length - 1; i >= 0; i--) {
                TarArchiveEntry entry = new TarArchiveEntry("./elsewhere/" + names[i]);
                CifarFiles.put(tar, entry, CifarFiles.file(FILES, names[i]));
              }
            });
    assertThat(read(packed).sha256()).isEqualTo(read(WHOLE).sha256());
  }

  @Test
  void rejectsTruncatedArchives() {
    for (int part = 1; part < 20; part++) {
      byte[] cut = Arrays.copyOf(WHOLE, WHOLE.length * part / 20);
      assertRejected(() -> read(cut), "the archive", "supply it again");
    }
    byte[] withoutChecksum = Arrays.copyOf(WHOLE, WHOLE.length - 4);
    assertRejected(() -> read(withoutChecksum), "is truncated");
  }

  /** A few bits of a deflate stream mean nothing; then, and only then, the content is as before. */
  @Test
  void rejectsOrIgnoresFlippedBits() throws IOException {
    String sha256 = read(WHOLE).sha256();
    int refused = 0;
    int tried = 0;
    for (int at = 10; at < WHOLE.length; at += 7, tried++) {
      byte[] damaged = WHOLE.clone();
      damaged[at] ^= 0x10;
      try {
        assertThat(read(damaged).sha256()).as("bit of byte %d", at).isEqualTo(sha256);
      } catch (BadInputException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(tried * 9 / 10);
  }

  @Test
  void rejectsOtherFiles() {
    assertRejected(() -> read(new byte[0]), "the archive");
    assertRejected(() -> read(new byte[100_000]), "not a readable .tar.gz");
    assertRejected(() -> read("<html>not found</html>".getBytes(US_ASCII)), "not a readable");
    byte[] noise = TestImages.random(1, 3, 64, 64).pixels(0);
    assertRejected(() -> read(CifarFiles.gzip(noise)));
    assertRejected(() -> read(CifarFiles.gzip(new byte[4096])), "no data_batch_1.bin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../data_batch_1.bin",
        "cifar-10-batches-bin/../../x",
        "a/..",
        "..\\data_batch_1.bin",
        "C:/data_batch_1.bin"
      })
  void rejectsEntriesOutsideTheFolder(String name) {
    byte[] packed =
        CifarFiles.tarGz(
            tar -> CifarFiles.put(tar, new TarArchiveEntry(name, true), new byte[3073]));
    assertRejected(() -> read(packed), "outside", "supply the original archive");
  }

  @Test
  void rejectsAbsoluteEntries() {
    byte[] packed =
        CifarFiles.tarGz(
            tar ->
                CifarFiles.put(
                    tar, new TarArchiveEntry("/data_batch_1.bin", true), new byte[3073]));
    assertRejected(() -> read(packed), "outside", "/data_batch_1.bin");
  }

  @ParameterizedTest
  @ValueSource(bytes = {TarConstants.LF_SYMLINK, TarConstants.LF_LINK})
  void rejectsLinks(byte type) {
    byte[] packed =
        CifarFiles.tarGz(
            tar -> {
              TarArchiveEntry link = new TarArchiveEntry("x/data_batch_1.bin", type);
              link.setLinkName("/etc/hostname");
              tar.putArchiveEntry(link);
              tar.closeArchiveEntry();
            });
    assertRejected(() -> read(packed), "data_batch_1.bin", "not a plain file");
  }

  @Test
  void rejectsRepeatedFiles() {
    byte[] packed =
        CifarFiles.tarGz(
            tar -> {
              for (String folder : new String[] {"a/", "b/"}) {
                TarArchiveEntry entry = new TarArchiveEntry(folder + "test_batch.bin");
                CifarFiles.put(tar, entry, CifarFiles.file(FILES, "test_batch.bin"));
              }
            });
    assertRejected(() -> read(packed), "test_batch.bin", "twice");
  }

  @Test
  void rejectsTooManyRowsBeforeReading() {
    byte[] header = new byte[512];
    TarArchiveEntry entry = new TarArchiveEntry("x/data_batch_1.bin");
    entry.setSize(3073L * 1_000_000); // three gigabytes, of which not a byte follows
    entry.writeEntryHeader(header);
    assertRejected(() -> read(CifarFiles.gzip(header)), "data_batch_1.bin", "1,000,000 rows");
  }

  @Test
  void rejectsUnterminatedNames() {
    byte[] header = new byte[512];
    TarArchiveEntry entry = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
    entry.setSize(1L << 40); // a name of a terabyte
    entry.writeEntryHeader(header);
    byte[] endless = Arrays.copyOf(header, 64 << 20);
    Arrays.fill(endless, header.length, endless.length, (byte) 'x');
    assertRejected(() -> read(CifarFiles.gzip(endless)), "tar");
  }

  @Test
  void removesControlCharactersFromMessages() {
    byte[] packed =
        CifarFiles.tarGz(
            tar ->
                CifarFiles.put(
                    tar, new TarArchiveEntry("../a\n\u001b[31mb", true), new byte[3073]));
    assertRejected(() -> read(packed), "../a??[31mb");
  }

  @Test
  void limitsInflation() throws IOException {
    InflationLimit whole = limit(100);
    assertThat(whole.readAllBytes()).hasSize(100);
    assertRejected(() -> limit(99).readAllBytes(), "inflates to more", "the archive");
    assertRejected(() -> limit(99).skip(200), "inflates to more");
    InflationLimit step = limit(100);
    step.allow(10);
    assertThat(step.readNBytes(10)).hasSize(10);
    assertRejected(step::read, "inflates to more");
  }

  private static InflationLimit limit(long maxBytes) {
    InflationLimit limit =
        new InflationLimit(new ByteArrayInputStream(new byte[100]), "the archive", maxBytes);
    limit.allow(1_000);
    return limit;
  }

  private Dataset read(byte[] packed) throws IOException {
    Path file = Files.write(Files.createTempFile(temp, "set", ".tar.gz"), packed);
    return CifarArchive.read(CifarFormat.CIFAR10, file, "the archive");
  }
}
