package io.edgeai.formats.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.formats.xgboost.Boosters.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from a file, and what is refused instead of being read as something else. */
class XgboostReaderTest {
    @TempDir
    Path folder;

    private static ObjectNode small() {
        return Boosters.model(
                "reg:squarederror",
                "5E-1",
                3,
                1,
                List.of(
                        Boosters.stump(0, 1.5f, true, -1.25f, 2.5f),
                        new Node(2, 0.5f, false, Boosters.stump(1, -3f, true, 1f, 2f), Node.leaf(3.5f))));
    }

    private static void refused(JsonNode model, Class<? extends EdgeException> type, String why) {
        for (byte[] bytes : List.of(Boosters.json(model), Boosters.ubjson(model))) {
            assertThatThrownBy(() -> XgboostReader.read(bytes))
                    .isInstanceOf(type)
                    .hasMessageContaining(why);
        }
    }

    @Test
    void everythingIsReadFromBothEncodings() {
        for (byte[] bytes : List.of(Boosters.json(small()), Boosters.ubjson(small()))) {
            XgboostModel model = XgboostReader.read(bytes);
            assertThat(model.version).containsExactly(2, 1, 0);
            assertThat(model.objectiveName).isEqualTo("reg:squarederror");
            assertThat(model.features).isEqualTo(3);
            assertThat(model.groups).isEqualTo(1);
            assertThat(model.baseMargin).containsExactly(0.5f);
            assertThat(model.linear).isEmpty();
            assertThat(model.trees).hasSize(2);
            XgboostTree second = model.trees.get(1).tree();
            assertThat(second.left).containsExactly(1, 3, -1, -1, -1);
            assertThat(second.right).containsExactly(2, 4, -1, -1, -1);
            assertThat(second.feature).containsExactly(2, 1, 0, 0, 0);
            assertThat(second.condition).containsExactly(0.5f, -3f, 3.5f, 1f, 2f);
            assertThat(second.missingLeft).containsExactly(false, true, false, false, false);
        }
    }

    /** The margin is the inverse of the objective's own transform: that of the base score must give it back. */
    @ParameterizedTest
    @CsvSource({
        "binary:logistic, 0.3",
        "reg:logistic, 0.999",
        "binary:logistic, 1E-6",
        "count:poisson, 2.5",
        "reg:gamma, 1E-3",
        "reg:tweedie, 700",
        "survival:cox, 0.5",
        "survival:aft, 1",
        "reg:squarederror, -12.5",
        "reg:absoluteerror, 0",
        "reg:quantileerror, 3E5",
        "reg:pseudohubererror, 0.5",
        "binary:logitraw, 0.5",
        "binary:hinge, 0.25",
        "rank:ndcg, 0.5",
        "rank:pairwise, -1"
    })
    void baseScoresOfBothFormsAreInOutputSpace(String objective, String score) {
        double wanted = Double.parseDouble(score);
        for (String form : List.of(score, "[" + score + "]", " [ " + score + " ] ", "[" + score + "," + score + "]")) {
            int outputs = form.contains(",") ? 2 : 1;
            XgboostModel model = Boosters.read(Boosters.model(objective, form, 1, outputs, List.of(Node.leaf(0)), 0));
            assertThat(model.baseMargin).hasSize(outputs);
            double margin = model.baseMargin[outputs - 1];
            double transformed =
                    switch (model.objective) {
                        case LOGISTIC -> 1 / (1 + Math.exp(-margin));
                        case EXPONENTIAL -> Math.exp(margin);
                        default -> margin;
                    };
            assertThat(transformed)
                    .as("%s of %s", form, objective)
                    .isCloseTo(wanted, within(1e-5 * Math.max(1, wanted)));
        }
    }

    @Test
    void aBaseScoreForEachOutputOrOneForAll() {
        List<Node> trees = List.of(Node.leaf(0));
        assertThat(Boosters.read(Boosters.model("multi:softprob", "[1E0,-2E0,3E0]", 1, 3, trees, 0)).baseMargin)
                .containsExactly(1, -2, 3);
        assertThat(Boosters.read(Boosters.model("multi:softprob", "5E-1", 1, 3, trees, 0)).baseMargin)
                .containsExactly(0.5f, 0.5f, 0.5f);
        refused(
                Boosters.model("multi:softprob", "[1,2]", 1, 3, trees, 0),
                ModelFormatException.class,
                "has 2 values for 3 outputs");
        ObjectNode absent = small();
        Boosters.parameters(absent).remove("base_score");
        assertThat(Boosters.read(absent).baseMargin).as("XGBoost's default").containsExactly(0.5f);
    }

    /** Regression: a score outside the objective's outputs became an infinite or undefined margin. */
    @ParameterizedTest
    @CsvSource({
        "binary:logistic, 0",
        "binary:logistic, 1",
        "binary:logistic, 1.5",
        "binary:logistic, -0.1",
        "count:poisson, 0",
        "count:poisson, -1",
        "reg:squarederror, NaN",
        "reg:squarederror, Infinity",
        "reg:squarederror, 1E99"
    })
    void baseScoresThatNoObjectiveGivesAreRefused(String objective, String score) {
        refused(
                Boosters.model(objective, score, 1, 1, List.of(Node.leaf(0))),
                ModelFormatException.class,
                "base_score (" + score + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "half", "[[", "0x", "[1,]"})
    void baseScoresThatAreNoNumbersAreRefused(String score) {
        refused(
                Boosters.model("reg:squarederror", score, 1, 1, List.of(Node.leaf(0))),
                ModelFormatException.class,
                "base_score (" + score + ")");
    }

    @Test
    void theOrderOfKeysDoesNotMatter() throws IOException {
        ObjectNode real = (ObjectNode) Boosters.JSON.readTree(Files.readString(resource("softprob_iris/model.json")));
        byte[] expected = onnx(Boosters.json(real));
        for (long seed = 0; seed < 8; seed++) {
            JsonNode shuffled = Boosters.shuffled(real, new Random(seed));
            assertThat(onnx(Boosters.json(shuffled))).as("seed %d", seed).isEqualTo(expected);
            assertThat(onnx(Boosters.ubjson(shuffled)))
                    .as("seed %d, UBJSON", seed)
                    .isEqualTo(expected);
        }
    }

    private byte[] onnx(byte[] model) throws IOException {
        Path file = Files.write(folder.resolve("m"), model);
        return OnnxWriter.toBytes(new XgboostImporter().read(file).graph());
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(XgboostReaderTest.class.getResource("/xgboost/" + name), name)
                    .toURI());
        } catch (java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "num_feature, 0",
        "num_feature, -1",
        "num_feature, 10000001",
        "num_feature, many",
        "num_class, 100001",
        "num_target, 2147483647"
    })
    void shapesOutsideTheLimitsAreRefused(String field, String value) {
        ObjectNode model = small();
        Boosters.parameters(model).put(field, value);
        refused(model, ModelFormatException.class, "outside 1 to 10,000,000 and 100,000");
    }

    @Test
    void shapesAtTheLimitsAreRead() {
        List<Node> trees = List.of(Boosters.stump(9_999_999, 0, true, 1, 2));
        XgboostModel wide = Boosters.read(Boosters.model("reg:squarederror", "0", 10_000_000, 1, trees));
        assertThat(wide.trees.get(0).tree().feature[0]).isEqualTo(9_999_999);
        XgboostModel many =
                Boosters.read(Boosters.model("multi:softprob", "0", 1, 100_000, List.of(Node.leaf(1)), 99_999));
        assertThat(many.trees.get(0).group()).isEqualTo(99_999);
    }

    /** A sparse file: a gigabyte is not read to be refused. */
    @Test
    void filesAboveAGigabyteAreRefusedUnread() throws IOException {
        Path huge = folder.resolve("huge");
        try (SeekableByteChannel channel = Files.newByteChannel(
                huge, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.position(5L << 30);
            channel.write(ByteBuffer.wrap(new byte[] {'}'}));
        }
        assertThatThrownBy(() -> new XgboostImporter().read(huge))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("larger than 1 GiB");
        assertThatThrownBy(() -> new XgboostImporter().read(folder.resolve("absent")))
                .isInstanceOf(StorageException.class);
    }

    /** Regression: what is no number was read as 0, which makes a model that answers wrongly. */
    @ParameterizedTest
    @ValueSource(strings = {"\"0.5x\"", "null", "true", "[]", "{}"})
    void conditionsThatAreNoNumbersAreRefused(String value) throws IOException {
        ObjectNode model = small();
        JsonNode tree = model.at("/learner/gradient_booster/model/trees/0");
        ((ArrayNode) tree.get("split_conditions")).set(0, Boosters.JSON.readTree(value));
        assertThatThrownBy(() -> Boosters.read(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("split_conditions")
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @CsvSource({
        "left_children, 0, 0, outside the tree or reached twice",
        "left_children, 0, 2, outside the tree or reached twice",
        "left_children, 0, 3, outside the tree or reached twice",
        "right_children, 0, -1, outside the tree or reached twice",
        "right_children, 0, 2147483647, outside the tree or reached twice",
        "split_indices, 0, 3, splits on feature (3) of 3",
        "split_indices, 0, -1, splits on feature (-1) of 3"
    })
    void treesThatLeadNowhereAreRefused(String field, int node, int value, String why) {
        ObjectNode model = small();
        JsonNode tree = model.at("/learner/gradient_booster/model/trees/0");
        ((ArrayNode) tree.get(field)).set(node, Boosters.JSON.getNodeFactory().numberNode(value));
        refused(model, ModelFormatException.class, why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"right_children", "split_indices", "split_conditions", "default_left"})
    void treesOfUnequalListsAreRefused(String field) {
        ObjectNode longer = small();
        ((ArrayNode) longer.at("/learner/gradient_booster/model/trees/1/" + field)).add(1);
        refused(longer, ModelFormatException.class, "states (6) " + field + " for 5 nodes");
        ObjectNode absent = small();
        ((ObjectNode) absent.at("/learner/gradient_booster/model/trees/1")).remove(field);
        refused(absent, ModelFormatException.class, "states (0) " + field);
    }

    @Test
    void treesWithoutAPlaceAreRefused() {
        ObjectNode outside = small();
        ((ArrayNode) outside.at("/learner/gradient_booster/model/tree_info")).set(1, TextNode.valueOf("1"));
        refused(outside, ModelFormatException.class, "tree (1) adds to output (1) of 1");
        ObjectNode fewer = small();
        ((ArrayNode) fewer.at("/learner/gradient_booster/model/tree_info")).remove(1);
        refused(fewer, ModelFormatException.class, "no consistent list of trees");
        ObjectNode none = small();
        ((ObjectNode) none.at("/learner/gradient_booster/model")).remove("trees");
        refused(none, ModelFormatException.class, "no consistent list of trees");
        ObjectNode empty = small();
        ((ArrayNode) empty.at("/learner/gradient_booster/model/trees/0/left_children")).removeAll();
        refused(empty, ModelFormatException.class, "tree (0) has no nodes");
    }

    /** Regression: trees beyond a short list of weights counted in full. */
    @Test
    void dartWeightsMustBeOnePerTree() {
        ObjectNode model = small();
        ArrayNode weights = Boosters.booster(model).putArray("weight_drop");
        weights.add(0.5f);
        refused(model, ModelFormatException.class, "(1) weight_drop for (2) trees");
        weights.add(0.25f);
        assertThat(Boosters.read(model).trees)
                .extracting(XgboostModel.Member::weight)
                .containsExactly(0.5f, 0.25f);
        weights.add(1f);
        refused(model, ModelFormatException.class, "(3) weight_drop for (2) trees");
    }

    /** Regression: (65,535 + 1) × 65,536 weights counted as none, and the booster was taken for one without trees. */
    @Test
    void linearWeightsAreCountedWithoutOverflow() {
        ObjectNode model = Boosters.model("reg:squarederror", "0", 65_535, 65_536, List.of());
        Boosters.booster(model).put("name", "gblinear");
        ((ObjectNode) Boosters.booster(model).get("model")).putArray("weights");
        refused(model, ModelFormatException.class, "has (0) weights, not 4294967296");
    }

    @Test
    void objectivesThatAreNotXgboostsAreNamed() {
        for (String objective : List.of("", "reg:unheard", "REG:squarederror", "multi:softmax ")) {
            ObjectNode odd = small();
            ((ObjectNode) odd.at("/learner/objective")).put("name", objective);
            refused(odd, UnsupportedOperatorException.class, "objective (" + objective + ")");
        }
    }

    @Test
    void setsOfCategoriesMustFitTheirTree() {
        refused(sets("[0]", "[0]", "[2]", "[1]"), ModelFormatException.class, "categories (0) to (2) of 1");
        refused(sets("[0]", "[5]", "[1]", "[1]"), ModelFormatException.class, "categories (5) to (6) of 1");
        refused(sets("[0]", "[0]", "[1,1]", "[1]"), ModelFormatException.class, "(2) sizes for (1) nodes");
        refused(
                sets("[0,0]", "[0,0]", "[1,1]", "[1]"),
                ModelFormatException.class,
                "two sets of categories for node (0)");
        refused(sets("[0]", "[0]", "[1]", "[-1]"), ModelFormatException.class, "a category (-1) outside 0 to 16777215");
        refused(sets("[0]", "[0]", "[1]", "[16777216]"), ModelFormatException.class, "a category (16777216) outside");
        refused(sets("[]", "[]", "[]", "[1]"), ModelFormatException.class, "has categories of no node");
    }

    private static ObjectNode sets(String nodes, String segments, String sizes, String categories) {
        ObjectNode model = small();
        ObjectNode tree = (ObjectNode) model.at("/learner/gradient_booster/model/trees/0");
        try {
            tree.set("categories_nodes", Boosters.JSON.readTree(nodes));
            tree.set("categories_segments", Boosters.JSON.readTree(segments));
            tree.set("categories_sizes", Boosters.JSON.readTree(sizes));
            tree.set("categories", Boosters.JSON.readTree(categories));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
        return model;
    }

    @Test
    void leavesOfSeveralValuesMustFitNodesAndOutputs() {
        ObjectNode model = small();
        ObjectNode tree = (ObjectNode) model.at("/learner/gradient_booster/model/trees/0");
        ((ObjectNode) tree.get("tree_param")).put("size_leaf_vector", "4");
        refused(model, ModelFormatException.class, "states (0) base_weights for");
        ArrayNode weights = tree.putArray("base_weights");
        for (int i = 0; i < 4 * tree.get("left_children").size(); i++) {
            weights.add(0.5f);
        }
        refused(model, ModelFormatException.class, "has (4) values a leaf for");
    }

    /** Every length and every byte of both encodings: a model, or one of the two typed errors. */
    @Test
    void damageAtEveryCutAndEveryByteIsTyped() {
        for (byte[] whole : List.of(Boosters.json(small()), Boosters.ubjson(small()))) {
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                int at = length;
                assertThatThrownBy(() -> XgboostReader.read(cut))
                        .as("cut to %d of %d", at, whole.length)
                        .isInstanceOf(ModelFormatException.class);
            }
            Random random = new Random(1);
            for (int at = 0; at < whole.length; at++) {
                byte[] changed = whole.clone();
                changed[at] = (byte) random.nextInt(256);
                try {
                    XgboostReader.read(changed);
                } catch (ModelFormatException | UnsupportedOperatorException e) {
                    assertThat(e.getMessage()).as("byte %d, seed 1", at).isNotBlank();
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("byte " + at + " set to " + changed[at] + ", seed 1", e);
                }
            }
        }
    }

    /**
     * Regression: each of 60 nested arrays reserved room for the count it claimed, 60 times the length of the file
     * times the size of a reference.
     */
    @Test
    void claimedCountsReserveNoMemory() {
        byte[] bytes = new byte[24 << 20];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.put("{L".getBytes(StandardCharsets.US_ASCII)).putLong(1).put((byte) 'a');
        for (int depth = 0; depth < 60; depth++) {
            out.put("[#l".getBytes(StandardCharsets.US_ASCII)).putInt(bytes.length - 2000);
        }
        assertThatThrownBy(() -> XgboostReader.read(bytes))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("unknown type marker (0)");
    }

    /** Thresholds decide at the last bit: any float, written shortest as XGBoost does, comes back bit by bit. */
    @Test
    void everyFloatSurvivesItsDecimalForm() {
        Random random = new Random(17);
        for (int i = 0; i < 2000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(value)) {
                continue;
            }
            String text = small().toString().replace("1.5", Float.toString(value));
            XgboostModel model = XgboostReader.read(text.getBytes(StandardCharsets.UTF_8));
            assertThat(Float.floatToRawIntBits(model.trees.get(0).tree().condition[0]))
                    .as("%s, seed 17", value)
                    .isEqualTo(Float.floatToRawIntBits(value));
        }
    }
}
