package io.edgeai.monitor.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** One file of a log. Immutable. */
record Segment(Path path, long number) {
    static final byte[] HEADER = "EDGEAI-LOG-1\n".getBytes(StandardCharsets.US_ASCII);
    /** Bytes before a record: its length and its checksum. */
    static final int FRAME = 2 * Integer.BYTES;

    private static final int MAX_BYTES = 1 << 30;

    static Segment create(Path folder, String name, long number) throws IOException {
        Path path = folder.resolve(String.format(Locale.ROOT, "%s-%010d.log", name, number));
        Files.write(path, HEADER);
        return new Segment(path, number);
    }

    /** The files of a log, oldest first. */
    static List<Segment> find(Path folder, String name) throws IOException {
        Pattern pattern = Pattern.compile(Pattern.quote(name) + "-(\\d{10})\\.log");
        List<Segment> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Matcher matcher = pattern.matcher(file.getFileName().toString());
                    if (matcher.matches()) {
                        found.add(new Segment(file, Long.parseLong(matcher.group(1))));
                    }
                }
            }
        }
        found.sort(Comparator.comparingLong(Segment::number));
        return found;
    }

    static byte[] frame(byte[] record) {
        return ByteBuffer.allocate(FRAME + record.length)
                .putInt(record.length)
                .putInt(checksum(ByteBuffer.wrap(record)))
                .put(record)
                .array();
    }

    long bytes() {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return 0; // dropped meanwhile
        }
    }

    /** How far the file is sound. A file without its header is begun anew. */
    long soundBytes() throws IOException {
        long sound = read(record -> {});
        if (sound == 0) {
            Files.write(path, HEADER);
            return HEADER.length;
        }
        return sound;
    }

    /** Gives the sound records and tells where they end; 0 for a file that is no segment. */
    long read(Consumer<ByteBuffer> record) throws IOException {
        ByteBuffer bytes = content();
        if (bytes.remaining() < HEADER.length || !bytes.slice(0, HEADER.length).equals(ByteBuffer.wrap(HEADER))) {
            return 0;
        }
        int at = HEADER.length;
        while (bytes.limit() - at >= FRAME) {
            int length = bytes.getInt(at);
            if (length <= 0 || length > bytes.limit() - at - FRAME) {
                break;
            }
            ByteBuffer payload = bytes.slice(at + FRAME, length);
            if (checksum(payload.duplicate()) != bytes.getInt(at + Integer.BYTES)) {
                break;
            }
            record.accept(payload.asReadOnlyBuffer());
            at += FRAME + length;
        }
        return at;
    }

    private ByteBuffer content() throws IOException {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new IOException("File (" + path + ") is larger than 1 GiB");
            }
            return ByteBuffer.wrap(Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            return ByteBuffer.allocate(0); // dropped meanwhile
        }
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
