package io.edgeai.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The published schema against the reader: each bound of the one is the bound of the other. */
class SchemaBoundsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MNIST = "{'data':{'type':'mnist','folder':'f','partition':{}}}";

    /**
     * A number or integer of the schema.
     *
     * @param path its place, e.g. {@code server.rate}
     * @param document the smallest description in which it may stand
     */
    private record Numeric(String path, JsonNode rule, String document) {
        boolean integral() {
            return rule.get("type").asText().equals("integer");
        }

        void accepts(String value) {
            assertThatCode(() -> read(value)).as("%s = %s", path, value).doesNotThrowAnyException();
        }

        void refuses(String value) {
            assertThatThrownBy(() -> read(value))
                    .as("%s = %s", path, value)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("Field " + path + " (")
                    .hasMessageNotContaining("unknown");
        }

        FederatedSimulation read(String value) throws IOException {
            ObjectNode root = (ObjectNode) JSON.readTree(document.replace('\'', '"'));
            ObjectNode at = root;
            String[] names = path.split("\\.");
            for (int i = 0; i + 1 < names.length; i++) {
                at = at.has(names[i]) ? (ObjectNode) at.get(names[i]) : at.putObject(names[i]);
            }
            at.set(names[names.length - 1], JSON.readTree(value));
            return FederatedSimulation.fromJson(root.toString());
        }

        @Override
        public String toString() {
            return path;
        }
    }

    private static JsonNode schema() throws IOException {
        return JSON.readTree(Path.of(System.getProperty("edgeai.root", ".."))
                .resolve("docs/cli/federate-simulate.schema.json")
                .toFile());
    }

    static Stream<Arguments> numerics() throws IOException {
        List<Numeric> all = new ArrayList<>();
        collect("", schema(), all);
        return all.stream().map(Arguments::of);
    }

    private static void collect(String path, JsonNode node, List<Numeric> all) {
        node.path("oneOf").forEach(choice -> collect(path, choice, all));
        node.path("properties").properties().forEach(entry -> {
            String own = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            String type = entry.getValue().path("type").asText();
            if (type.equals("integer") || type.equals("number")) {
                all.add(new Numeric(own, entry.getValue(), document(own)));
            } else {
                collect(own, entry.getValue(), all);
            }
        });
    }

    /** Some fields mean something only beside others. */
    private static String document(String path) {
        return switch (path) {
            case "mu" -> "{'strategy':'fedprox','data':{}}";
            case "q" -> "{'strategy':'q-fedavg','data':{}}";
            case "lambda" -> "{'strategy':'ditto','data':{}}";
            case "aggregator.share" -> "{'aggregator':{'type':'krum'},'data':{}}";
            case "selection.chance" -> "{'selection':{'type':'poisson'},'data':{}}";
            case "selection.candidates" -> "{'selection':{'type':'power-of-choice','count':10},'data':{}}";
            case "selection.strata" -> "{'selection':{'type':'stratified','count':10},'data':{}}";
            case "selection.fairness", "selection.coolDown" -> "{'selection':{'count':10},'data':{}}";
            case "stragglers" -> "{'epochs':2,'data':{}}";
            case "server.momentum" -> "{'server':{'type':'momentum'},'data':{}}";
            case "server.beta1", "server.beta2", "server.tau" -> "{'server':{'type':'adam'},'data':{}}";
            case "data.partition.participants" -> MNIST;
            case "data.partition.shards" -> MNIST.replace("{}", "{'type':'shards'}");
            case "data.partition.alpha" -> MNIST.replace("{}", "{'type':'dirichlet'}");
            case "data.partition.exponent" -> MNIST.replace("{}", "{'type':'power-law'}");
            case "privacy.fixedSize" -> "{'privacy':{'epsilon':1,'population':1000000},'data':{}}";
            case "privacy.population" -> "{'privacy':{'epsilon':1,'fixedSize':1},'data':{}}";
            case "privacy.quantile" -> "{'privacy':{'epsilon':1,'clipping':'adaptive'},'data':{}}";
            case "secureAggregation.groupSize" -> "{'secureAggregation':{'minimumSurvivors':2},'data':{}}";
            case "siteEvaluation.minimum" -> "{'siteEvaluation':{'participants':0},'data':{}}";
            case "compression.share" -> "{'compression':{'type':'top'},'data':{}}";
            default -> path.startsWith("privacy.") ? "{'privacy':{'epsilon':1},'data':{}}" : "{'data':{}}";
        };
    }

    @Test
    void theSchemaHasAllNumbersOfTheReader() throws IOException {
        assertThat(numerics().map(one -> one.get()[0].toString()))
                .contains("rounds", "server.tau", "selection.fraction", "data.partition.exponent", "weighting.capped")
                .hasSize(68);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numerics")
    void leastIsTakenAndBelowIsRefused(Numeric field) {
        if (field.rule().has("minimum")) {
            field.accepts(field.rule().get("minimum").asText());
            double least = field.rule().get("minimum").asDouble();
            field.refuses(field.integral() ? Long.toString((long) least - 1) : Double.toString(Math.nextDown(least)));
        }
        if (field.rule().has("exclusiveMinimum")) {
            double bound = field.rule().get("exclusiveMinimum").asDouble();
            field.refuses(Double.toString(bound));
            field.accepts(Double.toString(Math.nextUp(bound)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numerics")
    void mostIsTakenAndAboveIsRefused(Numeric field) {
        if (field.rule().has("maximum")) {
            field.accepts(field.rule().get("maximum").asText());
            double most = field.rule().get("maximum").asDouble();
            field.refuses(field.integral() ? Long.toString((long) most + 1) : Double.toString(Math.nextUp(most)));
        }
        if (field.rule().has("exclusiveMaximum")) {
            double bound = field.rule().get("exclusiveMaximum").asDouble();
            field.refuses(Double.toString(bound));
            field.accepts(Double.toString(Math.nextDown(bound)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numerics")
    void otherTypesAreRefusedByName(Numeric field) {
        for (String wrong : new String[] {"\"1\"", "true", "null", "[]", "[1]", "{}", "1e400"}) {
            field.refuses(wrong);
        }
        if (field.integral()) {
            for (String wrong : new String[] {"1.5", "2.0", "99999999999999999999"}) {
                field.refuses(wrong);
            }
        }
    }

    static Stream<Arguments> words() throws IOException {
        List<Arguments> all = new ArrayList<>();
        collectWords("", schema(), all);
        return all.stream();
    }

    private static void collectWords(String path, JsonNode node, List<Arguments> all) {
        node.path("oneOf").forEach(choice -> collectWords(path, choice, all));
        if (node.has("enum")) {
            all.add(Arguments.of(path, node.get("enum")));
        }
        node.path("properties")
                .properties()
                .forEach(entry -> collectWords(
                        path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), all));
    }

    /** Every word of the schema is known to the reader, and the list in the reader's message is the schema's. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("words")
    void wordsAreThoseOfTheSchema(String path, JsonNode words) throws IOException {
        List<String> known = new ArrayList<>();
        words.forEach(word -> known.add(word.asText()));
        String document = path.startsWith("data.partition") ? MNIST : document(path);
        for (String word : known) {
            String more =
                    switch (word) {
                        case "mlp" -> document.replace("'data'", "'model':{'hidden':[2]},'data'");
                        case "onnx" -> document.replace("'data'", "'model':{'file':'f'},'data'");
                        default -> document;
                    };
            Numeric field = new Numeric(path, words, more);
            field.accepts("\"" + word + "\"");
        }
        for (String wrong : new String[] {"\"\"", "\"Iid\"", "1", "null", "[]", "false"}) {
            assertThatThrownBy(() -> new Numeric(path, words, document).read(wrong))
                    .as("%s = %s", path, wrong)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("Field " + path + " (" + wrong + ") must be one of " + known + ".");
        }
    }

    static Stream<Arguments> objects() {
        return Stream.of(
                Arguments.of("", "{'data':{}%s}"),
                Arguments.of("data.", "{'data':{'classes':3%s}}"),
                Arguments.of("data.", "{'data':{'type':'fsyn','file':'f'%s}}"),
                Arguments.of("data.", "{'data':{'type':'mnist','folder':'f','users':'u'%s}}"),
                Arguments.of(
                        "data.partition.", "{'data':{'type':'mnist','folder':'f','partition':{'participants':3%s}}}"),
                Arguments.of("selection.", "{'selection':{'count':3%s},'data':{}}"),
                Arguments.of("selection.", "{'selection':{'fraction':0.5%s},'data':{}}"),
                Arguments.of("model.", "{'model':{'type':'softmax'%s},'data':{}}"),
                Arguments.of("model.", "{'model':{'type':'mlp','hidden':[3]%s},'data':{}}"),
                Arguments.of("model.", "{'model':{'type':'onnx','file':'f'%s},'data':{}}"),
                Arguments.of("weighting.", "{'weighting':{'capped':3%s},'data':{}}"),
                Arguments.of("privacy.", "{'privacy':{'epsilon':1%s},'data':{}}"),
                Arguments.of("secureAggregation.", "{'secureAggregation':{'range':1%s},'data':{}}"),
                Arguments.of("compression.", "{'compression':{'type':'int8'%s},'data':{}}"),
                Arguments.of("server.", "{'server':{'type':'sgd'%s},'data':{}}"),
                Arguments.of("server.", "{'server':{'type':'momentum'%s},'data':{}}"),
                Arguments.of("server.", "{'server':{'type':'adam'%s},'data':{}}"));
    }

    /** At every place an unknown field is named with its path, and the message lists what is known there. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("objects")
    void unknownFieldsAreNamedWithTheirPath(String path, String document) {
        assertThatCode(() -> FederatedSimulation.fromJson(text(document, ""))).doesNotThrowAnyException();
        assertThatThrownBy(() -> FederatedSimulation.fromJson(text(document, ",'Rate':1")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("Field (" + path + "Rate) is unknown here. Maybe it is one of [");
    }

    private static String text(String document, String more) {
        return document.formatted(more).replace('\'', '"');
    }
}
