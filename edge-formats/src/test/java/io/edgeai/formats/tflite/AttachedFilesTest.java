package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels and vocabularies in an archive behind the model. */
class AttachedFilesTest {
    private static byte[] model() {
        TfliteFile file = new TfliteFile();
        file.op(Builtin.RELU, table(), new int[] {file.input(FLOAT32, 2)}, file.output(FLOAT32, 2));
        return file.bytes();
    }

    private static byte[] archive(Map<String, String> files, int method, String comment) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(method);
            zip.setComment(comment);
            for (Map.Entry<String, String> each : files.entrySet()) {
                byte[] text = each.getValue().getBytes(StandardCharsets.UTF_8);
                ZipEntry entry = new ZipEntry(each.getKey());
                if (method == ZipOutputStream.STORED) {
                    java.util.zip.CRC32 sum = new java.util.zip.CRC32();
                    sum.update(text);
                    entry.setSize(text.length);
                    entry.setCrc(sum.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(text);
            }
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] whole = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, whole, first.length, second.length);
        return whole;
    }

    private static Map<String, String> read(byte[] whole) {
        return TfliteReader.read(ByteBuffer.wrap(whole), "test").files();
    }

    @ParameterizedTest
    @ValueSource(ints = {ZipOutputStream.STORED, ZipOutputStream.DEFLATED})
    void filesAreReadHoweverTheyArePacked(int method) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("labels.txt", "Katze\nHund\n");
        files.put("vocab/müll.txt", "ä\n");
        files.put("empty.txt", "");

        assertThat(read(joined(model(), archive(files, method, "")))).isEqualTo(files);
        assertThat(read(joined(model(), archive(files, method, "a comment behind the end"))))
                .isEqualTo(files);
    }

    private static Map<String, String> imported(String labels, boolean image) throws IOException {
        TfliteFile file = new TfliteFile();
        int pixels = image ? file.input(TensorType.UINT8, 1, 2, 2, 3) : file.input(TensorType.UINT8, 1, 12);
        file.quantize(pixels, 1 / 255f, 0);
        int flat = file.tensor(TensorType.UINT8, 1, 12);
        file.quantize(flat, 1 / 255f, 0);
        int out = file.output(TensorType.UINT8, 1, 12);
        file.quantize(out, 1 / 256f, 3);
        file.op(Builtin.RESHAPE, table(), new int[] {pixels, file.vector(1, 12)}, flat);
        file.op(Builtin.LOGISTIC, table(), new int[] {flat}, out);
        byte[] whole = joined(file.bytes(), archive(Map.of("my_labels.txt", labels), ZipOutputStream.STORED, ""));
        return TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(whole), "test"))
                .graph()
                .info()
                .metadata();
    }

    @Test
    void aClassifierOfImagesSaysWhatItsAnswersAre() throws IOException {
        String twelve = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl";
        assertThat(imported(twelve + "\n", true))
                .containsEntry("vision.labels", twelve)
                .containsEntry("vision.output_scale", "0.00390625")
                .containsEntry("vision.output_zero_point", "3")
                .containsEntry("vision.activation", "none");
        assertThat(imported("a\nb\n", true))
                .as("names of other classes than the model's")
                .doesNotContainKey("vision.labels")
                .containsKey("vision.output_scale");
        assertThat(imported(twelve, false)).as("no image").allSatisfy((key, text) -> assertThat(key)
                .doesNotStartWith("vision."));
    }

    @Test
    void modelsWithoutAnArchiveHaveNone() {
        assertThat(read(model())).isEmpty();
        assertThat(read(joined(model(), new byte[100_000]))).isEmpty();
    }

    /** Many and long texts are cut to what labels need. */
    @Test
    void onlySoMuchIsKept() throws IOException {
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("file" + i, "" + i);
        }
        String huge = "line\n".repeat(300_000);

        assertThat(read(joined(model(), archive(many, ZipOutputStream.DEFLATED, ""))))
                .hasSize(64);
        assertThat(read(joined(model(), archive(Map.of("a", huge), ZipOutputStream.DEFLATED, "")))
                        .get("a"))
                .hasSize(1 << 20);
    }

    /** Texts too long for metadata are noted, not carried. */
    @Test
    void longTextsAreOnlyNoted() throws IOException {
        Map<String, String> files = Map.of("long", "x\n".repeat(40_000), "short", "y\n");
        byte[] whole = joined(model(), archive(files, ZipOutputStream.DEFLATED, ""));

        ImportedModel imported = TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(whole), "test"));

        assertThat(imported.notes()).contains("file long: 40000 lines", "file short: 1 lines");
        assertThat(imported.graph().info().metadata())
                .containsEntry("tflite.file.short", "y\n")
                .doesNotContainKey("tflite.file.long");
    }

    /** A damaged archive costs its files, never the model. */
    @Test
    void damagedArchivesLeaveTheModel() throws IOException {
        byte[] model = model();
        byte[] archive = archive(Map.of("labels.txt", "cat\ndog\n"), ZipOutputStream.DEFLATED, "");
        long seed = 5;
        Random random = new Random(seed);
        int kept = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] bad = archive.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            byte[] whole = joined(model, i % 4 == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad);
            try {
                kept += TfliteReader.read(ByteBuffer.wrap(whole), "test")
                        .main()
                        .operators()
                        .size();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", variant " + i + ": " + e, e);
            }
        }
        assertThat(kept).isEqualTo(2000);
    }
}
