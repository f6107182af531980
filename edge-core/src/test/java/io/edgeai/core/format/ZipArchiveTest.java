package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipArchiveTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 70_000})
    void opensWhatTheJdkWrote(int entries) throws IOException {
        try (ZipFile zip = ZipArchive.open(written(archive(entries, "")))) {
            assertThat(zip.size()).isEqualTo(entries);
        }
    }

    @Test
    void opensAnArchiveWithACommentAndOneBehindOtherBytes() throws IOException {
        try (ZipFile opened = ZipArchive.open(written(archive(2, "weights")))) {
            assertThat(opened.getComment()).isEqualTo("weights");
        }
        byte[] zip = archive(2, "");
        byte[] behind = ByteBuffer.allocate(100 + zip.length).put(100, zip).array();
        try (ZipFile opened = ZipArchive.open(written(behind))) {
            assertThat(opened.size()).isEqualTo(2);
        }
    }

    @Test
    void opensTheZip64FormOfThreeEntries() throws IOException {
        try (ZipFile zip = ZipArchive.open(written(zip64(archive(3, ""), 3)))) {
            assertThat(zip.size()).isEqualTo(3);
        }
    }

    /** The JDK would ask for 12 bytes an entry, 8 GB here, and die of it. */
    @ParameterizedTest
    @ValueSource(longs = {700_000_000, Integer.MAX_VALUE, 1L << 40, -1})
    void refusesMoreEntriesThanThereIsRoomFor(long entries) throws IOException {
        Path file = written(zip64(archive(3, ""), entries));
        assertThatThrownBy(() -> ZipArchive.open(file))
                .isInstanceOf(ZipException.class)
                .hasMessageContaining("(" + entries + ") entries");
    }

    @Test
    void refusesAShortCountThatIsTooLarge() throws IOException {
        byte[] zip = archive(3, "");
        little(zip).putShort(zip.length - 22 + 10, (short) 65_000);
        Path file = written(zip);
        assertThatThrownBy(() -> ZipArchive.open(file))
                .isInstanceOf(ZipException.class)
                .hasMessageContaining("(65000) entries");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 21, 22, 60})
    void whatIsNoArchiveIsTheJdksToRefuse(int length) throws IOException {
        Path file = written(new byte[length]);
        assertThatThrownBy(() -> ZipArchive.open(file)).isInstanceOf(ZipException.class);
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("archive.zip"), bytes);
    }

    private static byte[] archive(int entries, String comment) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setComment(comment);
            for (int i = 0; i < entries; i++) {
                zip.putNextEntry(new ZipEntry("e" + i));
                zip.write(i);
            }
        }
        return bytes.toByteArray();
    }

    /** The same archive with a ZIP64 end record of that many entries in front of the end record. */
    private static byte[] zip64(byte[] zip, long entries) {
        int end = zip.length - 22;
        int directory = little(zip).getInt(end + 12);
        int start = little(zip).getInt(end + 16);
        byte[] all = new byte[zip.length + 56 + 20];
        ByteBuffer out = little(all).put(zip, 0, end);
        out.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
        out.putInt(0)
                .putInt(0)
                .putLong(entries)
                .putLong(entries)
                .putLong(directory)
                .putLong(start);
        out.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
        out.put(zip, end, 8)
                .putShort((short) -1)
                .putShort((short) -1)
                .putInt(-1)
                .putInt(-1)
                .putShort((short) 0);
        return all;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
