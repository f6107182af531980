package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Damaged files: either a graph comes out or a ModelFormatException that says something; nothing else. */
class DamagedModelsPropertyTest {
    /** A small model with every kind of part a file can have. */
    static OnnxGraph sample() {
        OnnxGraph graph = OnnxGraph.create("sample", 17);
        graph.info().metadata().put("author", "someone");
        graph.docString("what it is for");
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, -1, 4));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[16], 4, 4));
        graph.initializers().put("s", OnnxTensor.ofLongs(new long[] {-1, 2, 2}, 3));
        graph.initializers()
                .put("names", OnnxTensor.ofStrings(List.of("ä".getBytes(StandardCharsets.UTF_8), new byte[] {-1}), 2));
        graph.add("MatMul", "mm", List.of("x", "w"), List.of("h"));
        OnnxGraph branch = new OnnxGraph("then", graph.info());
        branch.add("Neg", "neg", List.of("h"), List.of("n"));
        branch.outputs().add(new OnnxValue("n", null));
        graph.add("If", "choice", List.of("flag"), List.of("i"))
                .attribute("then_branch", new OnnxAttribute.OfGraph(branch))
                .attribute("else_branch", new OnnxAttribute.OfGraph(branch.copy()));
        graph.add("Reshape", "r", List.of("h", "s"), List.of("y"))
                .attribute("allowzero", 0)
                .attribute("note", "text")
                .attribute("floats", new OnnxAttribute.OfFloats(List.of(1f, 2f)));
        graph.valueInfo().put("h", OnnxValue.tensor("h", ElementType.FLOAT, -1, 4));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, -1, 2, 2));
        return graph;
    }

    @Test
    void everyLengthThatIsCutOffSaysSo() {
        byte[] whole = OnnxWriter.toBytes(sample());
        int refused = 0;
        for (int length = 0; length < whole.length; length++) {
            refused += readable(Arrays.copyOf(whole, length), "cut at " + length) ? 0 : 1;
        }
        assertThat(refused)
                .as("only a cut between top-level fields can look whole")
                .isGreaterThan(whole.length - 12);
    }

    @Test
    void mutationsNeverEscape() {
        byte[] whole = OnnxWriter.toBytes(sample());
        for (long seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = whole.clone();
            switch (random.nextInt(5)) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> {
                    for (int i = random.nextInt(1, 20); i > 0; i--) {
                        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                    }
                }
                case 2 -> {
                    int from = random.nextInt(bytes.length);
                    Arrays.fill(bytes, from, random.nextInt(from, bytes.length), (byte) 0);
                }
                case 3 -> {
                    int from = random.nextInt(bytes.length);
                    int length = random.nextInt(bytes.length - from);
                    System.arraycopy(whole, from, bytes, random.nextInt(bytes.length - length), length);
                }
                default -> {
                    // A length prefix of many gigabytes: nothing of that size may be allocated.
                    int at = random.nextInt(bytes.length - 5);
                    Arrays.fill(bytes, at, at + 4, (byte) 0xFF);
                    bytes[at + 4] = 0x7F;
                }
            }
            readable(bytes, "seed " + seed);
        }
    }

    @Test
    void randomBytesAreNoModel() {
        for (long seed = 0; seed < 3000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[random.nextInt(1, 300)];
            random.nextBytes(bytes);
            assertThat(readable(bytes, "seed " + seed)).as("seed %d", seed).isFalse();
        }
    }

    /** Whether it reads; fails the test on any outcome but a graph that can be written or a ModelFormatException. */
    private static boolean readable(byte[] bytes, String what) {
        try {
            OnnxWriter.toBytes(OnnxReader.read(bytes));
            return true;
        } catch (ModelFormatException e) {
            assertThat(e.getMessage()).as(what).startsWith("Model (").hasSizeGreaterThan(30);
            return false;
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(what + " ended in " + e, e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version https://git-lfs.github.com/spec/v1 | Git LFS pointer",
                "<!DOCTYPE html><html></html> | HTML page",
                "<html><body>404</body></html> | HTML page",
                "<?xml version='1.0'?><net/> | XML",
                "{\"learner\": {}} | JSON",
                "Entry not found | text",
            })
    void otherFilesAreNamed(String content, String kind) {
        assertThatThrownBy(() -> OnnxReader.read(content.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(kind)
                .hasMessageContaining("Maybe");
    }

    @Test
    void emptyAndZeroFilledFilesAreNamed() {
        assertThatThrownBy(() -> OnnxReader.read(new byte[0])).hasMessageContaining("empty");
        assertThatThrownBy(() -> OnnxReader.read(new byte[5000])).hasMessageContaining("zero bytes");
    }

    @Test
    void limitsHoldBeforeMemoryIsTaken() {
        byte[] whole = OnnxWriter.toBytes(sample());
        assertThatThrownBy(() -> OnnxReader.read(whole, new OnnxLimits(100, 10, 50, 1000)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(100)");
        assertThatThrownBy(() -> OnnxReader.read(whole, new OnnxLimits(1 << 20, 2, 50, 1000)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("nodes");
        assertThatThrownBy(() -> OnnxReader.read(whole, new OnnxLimits(1 << 20, 10, 4, 1000)))
                .isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> OnnxReader.read(whole, new OnnxLimits(1 << 20, 10, 50, 10)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("limit of 10 bytes");
    }
}
