package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Google's own reader of the wire format. */
class ProtoFieldsTest {
    @TempDir
    Path folder;

    private FileView view(byte[] bytes) throws IOException {
        return FileView.open(Files.write(folder.resolve("x"), bytes));
    }

    private static byte[] message(Random random, int depth) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int n = random.nextInt(12); n > 0; n--) {
            int field = random.nextInt(5) == 0 ? 1 + random.nextInt((1 << 29) - 1) : 1 + random.nextInt(30);
            switch (random.nextInt(5)) {
                case 0 -> out.writeInt64(field, random.nextLong());
                case 1 -> out.writeFixed32(field, random.nextInt());
                case 2 -> out.writeFixed64(field, random.nextLong());
                case 3 -> out.writeString(field, "text" + random.nextInt());
                default ->
                    out.writeByteArray(
                            field, depth == 0 ? new byte[random.nextInt(20_000)] : message(random, depth - 1));
            }
        }
        out.flush();
        return bytes.toByteArray();
    }

    /** Field, wire type and value or length of each field, or null where Google's reader refuses the bytes. */
    private static List<String> google(byte[] bytes) {
        List<String> fields = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int field = WireFormat.getTagFieldNumber(tag);
                switch (WireFormat.getTagWireType(tag)) {
                    case WireFormat.WIRETYPE_VARINT -> fields.add(field + " varint " + in.readInt64());
                    case WireFormat.WIRETYPE_FIXED32 -> {
                        in.readFixed32();
                        fields.add(field + " fixed");
                    }
                    case WireFormat.WIRETYPE_FIXED64 -> {
                        in.readFixed64();
                        fields.add(field + " fixed");
                    }
                    case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                        ByteString value = in.readBytes();
                        fields.add(field + " bytes " + value.size());
                    }
                    default -> {
                        return List.of("refused");
                    }
                }
            }
            return fields;
        } catch (IOException e) {
            return List.of("refused");
        }
    }

    private static List<String> ours(FileView file) {
        List<String> found = new ArrayList<>();
        ProtoFields fields = ProtoFields.of(file);
        while (fields.next()) {
            found.add(fields.number()
                    + switch (fields.wire()) {
                        case ProtoFields.VARINT -> " varint " + fields.value();
                        case ProtoFields.LENGTH -> " bytes " + fields.length();
                        default -> " fixed";
                    });
        }
        return fields.broken() ? List.of("refused") : found;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void readsWhatGoogleReads(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 30; i++) {
            byte[] bytes = message(random, 2);
            try (FileView file = view(bytes)) {
                assertThat(ours(file)).as("seed %d, case %d", seed, i).isEqualTo(google(bytes));
            }
            byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            try (FileView file = view(cut)) {
                assertThat(ours(file)).as("seed %d, case %d, cut", seed, i).isEqualTo(google(cut));
            }
        }
    }

    @Test
    void entersMessagesAndReadsText() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeInt32(1, 5);
        byte[] inner = "\12\5hällo".replace("\5", "\6").getBytes(StandardCharsets.UTF_8); // field 1, six bytes of UTF-8
        out.writeByteArray(2, inner);
        out.flush();
        try (FileView file = view(bytes.toByteArray())) {
            ProtoFields fields = ProtoFields.of(file);
            assertThat(fields.next()).isTrue();
            assertThat(fields.is(1, ProtoFields.VARINT)).isTrue();
            assertThat(fields.enter().next()).as("nothing is inside a number").isFalse();
            assertThat(fields.next()).isTrue();
            ProtoFields within = fields.enter();
            assertThat(within.next()).isTrue();
            assertThat(within.text(100)).isEqualTo("hällo");
            assertThat(within.text(1)).isEqualTo("h");
            assertThat(within.next()).isFalse();
            assertThat(within.broken()).isFalse();
            assertThat(fields.next()).isFalse();
        }
    }

    @Test
    void saysWhetherBytesAreCutOffOrNoProtobufAtAll() throws IOException {
        try (FileView file = view(new byte[] {18, 100, 1, 2, 3})) {
            ProtoFields fields = ProtoFields.of(file);
            assertThat(fields.next()).isFalse();
            assertThat(fields.cut()).isTrue();
        }
        try (FileView file = view(new byte[] {7, 7, 7, 7})) { // wire type 7 does not exist
            ProtoFields fields = ProtoFields.of(file);
            assertThat(fields.next()).isFalse();
            assertThat(fields.cut()).isFalse();
            assertThat(fields.broken()).isTrue();
        }
        try (FileView file = view(new byte[] {0, 1})) { // field 0 does not exist
            assertThat(ours(file)).containsExactly("refused");
        }
        byte[] endless = new byte[12];
        Arrays.fill(endless, (byte) 0x80);
        try (FileView file = view(endless)) {
            assertThat(ours(file)).containsExactly("refused");
        }
    }

    @Test
    void aLengthBeyondAllBytesOverflowsNothing() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeTag(1, 2);
        out.writeUInt64NoTag(Long.MAX_VALUE);
        out.flush();
        try (FileView file = view(bytes.toByteArray())) {
            assertThat(ours(file)).containsExactly("refused");
        }
        bytes.reset();
        out.writeTag(1, 2);
        out.writeUInt64NoTag(-1);
        out.flush();
        try (FileView file = view(bytes.toByteArray())) {
            assertThat(ours(file)).containsExactly("refused");
        }
    }

    @Test
    void aFileIsReadThroughItsWindowAnywhere() throws IOException {
        byte[] bytes = new byte[50_000];
        new Random(3).nextBytes(bytes);
        Random random = new Random(4);
        try (FileView file = view(bytes)) {
            assertThat(file.size()).isEqualTo(bytes.length);
            for (int i = 0; i < 2000; i++) {
                int at = random.nextInt(bytes.length);
                assertThat(file.at(at)).as("byte %d", at).isEqualTo(bytes[at] & 0xff);
            }
            assertThat(file.bytes(49_990, 100)).isEqualTo(Arrays.copyOfRange(bytes, 49_990, 50_000));
            assertThat(file.bytes(60_000, 10)).isEmpty();
            assertThat(file.littleEndian(8190, 4))
                    .as("across the window's edge")
                    .isEqualTo(Integer.toUnsignedLong(java.nio.ByteBuffer.wrap(bytes)
                            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                            .getInt(8190)));
            assertThat(file.stream(49_000).readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 49_000, 50_000));
        }
    }
}
