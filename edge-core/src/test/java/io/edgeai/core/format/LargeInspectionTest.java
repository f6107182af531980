package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is let go of large files is still counted, and what is left out of a report is said to be. */
class LargeInspectionTest {
    private static final long SEED = 20_261_127;

    private final Random random = new Random(SEED);

    @TempDir
    Path folder;

    private ModelInspection inspect(byte[] file) throws IOException {
        return ModelInspector.inspect(Files.write(folder.resolve("model"), file));
    }

    /** Linear numbers behind a vocabulary of any size: 16 coefficients, two classes. */
    @Test
    void aVocabularyHidesNothingBehindIt() throws IOException {
        for (int words : new int[] {20, 30_000}) {
            byte[] plain = LargePickles.vocabulary(words, random);
            for (byte[] file : new byte[][] {plain, LargePickles.zlib(plain)}) {
                ModelInspection model = inspect(file);
                assertThat(model.parameters()).as("%d words", words).isEqualTo(16);
                assertThat(model.metadata())
                        .containsEntry("steps", "CountVectorizer -> LogisticRegression")
                        .containsEntry("features", Integer.toString(words))
                        .containsEntry("classes", "0,0");
                assertThat(model.warnings()).anyMatch(text -> text.startsWith("The pickle was followed;"));
            }
        }
    }

    @Test
    void everyTreeOfAForestIsCounted() throws IOException {
        for (int trees : new int[] {50, 4000}) {
            ModelInspection model = inspect(LargePickles.forest(trees));
            assertThat(model.operators())
                    .isEqualTo(Map.of("DecisionTreeClassifier", trees, "RandomForestClassifier", 1));
            assertThat(model.parameters()).as("three values a tree").isEqualTo(3L * trees);
            assertThat(model.metadata()).containsEntry("features", "4");
        }
    }

    @Test
    void everyTensorOfAnArchiveIsCounted() throws IOException {
        for (int tensors : new int[] {30, 2500}) {
            ModelInspection model = ModelInspector.inspect(LargePickles.torch(folder.resolve("torch"), tensors));
            assertThat(model.parameters()).as("two floats each").isEqualTo(2L * tensors);
            assertThat(model.metadata()).containsEntry("tensors", Integer.toString(tensors));
            assertThat(model.metadata().get("weights")).startsWith("layer.0.weight FLOAT[2], layer.1.weight FLOAT[2]");
        }
    }

    @Test
    void aGraphOfManyNodesHasItsOneOutput() throws IOException {
        ModelInspection model = inspect(LargeGraphs.graphDef(5000, random));
        assertThat(model.signature().inputs()).singleElement().matches(spec -> spec.name()
                .equals("n0"));
        assertThat(model.signature().outputs()).singleElement().matches(spec -> spec.name()
                .equals("n4999"));
        Path file = folder.resolve("graph");
        model = ModelInspector.inspect(LargeGraphs.onnxInitializers(file, 5000, random));
        assertThat(model.signature().inputs()).as("constants are no inputs").hasSize(1);
        assertThat(model.parameters()).isEqualTo(20_000);
        for (int version : new int[] {7, 11}) {
            model = ModelInspector.inspect(LargeTexts.openvino(file, 3000, version, random));
            assertThat(model.signature().inputs()).hasToString("[l0: FLOAT[1]]");
            assertThat(model.signature().outputs()).hasToString("[l2999: FLOAT[1]]");
        }
    }

    /** Counts of operators add up whatever is listed, and so do outputs. */
    @Test
    void whatIsLeftOutIsSaid() throws IOException {
        int nodes = 20_000;
        ModelInspection model = inspect(LargeGraphs.graphOfOutputs(nodes));
        assertThat(model.operators().values().stream().mapToInt(n -> n).sum()).isEqualTo(nodes);
        assertThat(model.operators()).containsKey("(others)");
        int listed =
                model.signature().inputs().size() + model.signature().outputs().size();
        assertThat(model.warnings()).anyMatch(text -> text.contains("(" + (nodes - listed) + ") more inputs"));
    }

    /** Regression: a pickle that breaks off was said to end at a limit, or at damage, and to be convertible. */
    @Test
    void aPickleThatBreaksOffIsNamed() throws IOException {
        byte[] whole = LargePickles.vocabulary(50, random);
        assertThat(inspect(whole).can("convert")).isTrue();
        for (int length = 1; length < whole.length; length += 1 + random.nextInt(40)) {
            String what = length + " of " + whole.length + " bytes, seed " + SEED;
            try {
                ModelInspection model = inspect(Arrays.copyOf(whole, length));
                assertThat(model.warnings()).as(what).anyMatch(text -> text.contains("damaged or cut off"));
                assertThat(model.can("convert")).as(what).isFalse();
            } catch (ModelFormatException e) {
                assertThat(e.getMessage()).as(what).contains("Maybe");
            }
        }
    }

    /** Regression: weights behind the header were decoded as text. */
    @Test
    void weightsNeedNotBeText() throws IOException {
        byte[] file = Samples.safetensors("{\"w\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}", 9);
        Arrays.fill(file, file.length - 9, file.length, (byte) 0xff);
        assertThat(inspect(file).parameters()).isEqualTo(9);
    }
}
