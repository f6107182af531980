package io.edgeai.experiment;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.ExperimentState.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads what is told of experiments as JSON; members that nobody knows are refused. Writes answers. Thread-safe. */
public final class ExperimentJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Set<String> DEFINITION =
            Set.of("versions", "metrics", "guardErrors", "alpha", "sharpestAt", "maxPairs");
    private static final Set<String> SHARE = Set.of("version", "weight");
    private static final Set<String> METRIC = Set.of("name", "direction");
    private static final Set<String> OUTCOME = Set.of("unit_id", "metric", "value", "covariate");
    private static final int LONGEST_VERSION = 9;

    private ExperimentJson() {}

    /**
     * Reads {@code {"versions":[{"version":1,"weight":9},{"version":2,"weight":1}],
     * "metrics":[{"name":"returned","direction":"LOWER_IS_BETTER"}],"guardErrors":0.01}}, with {@code alpha},
     * {@code sharpestAt} and {@code maxPairs} as further members; only versions are required.
     *
     * @throws InvalidInputException that says what is wrong
     */
    public static ExperimentDefinition definition(byte[] body) {
        JsonNode tree = object(tree(body), "definition", DEFINITION);
        List<ExperimentDefinition.Share> versions = new ArrayList<>();
        for (JsonNode one : list(tree, "versions")) {
            object(one, "versions", SHARE);
            versions.add(new ExperimentDefinition.Share(version(one.path("version")), number(one, "weight", 1)));
        }
        List<Metric> metrics = new ArrayList<>();
        for (JsonNode one : list(tree, "metrics")) {
            object(one, "metrics", METRIC);
            metrics.add(new Metric(text(one, "name"), direction(text(one, "direction"))));
        }
        return new ExperimentDefinition(
                versions,
                metrics,
                number(tree, "guardErrors", 0),
                number(tree, "alpha", ExperimentDefinition.DEFAULT_ALPHA),
                count(tree, "sharpestAt", ExperimentDefinition.DEFAULT_SHARPEST_AT),
                count(tree, "maxPairs", 0));
    }

    /**
     * Reads {@code {"unit_id":"part-4711","metric":"returned","value":1,"covariate":0}}, or a list of such.
     *
     * @throws InvalidInputException that says what is wrong
     */
    public static List<UnitOutcome> outcomes(byte[] body) {
        JsonNode tree = tree(body);
        List<UnitOutcome> outcomes = new ArrayList<>();
        for (JsonNode one : tree.isArray() ? tree : List.of(tree)) {
            object(one, "outcome", OUTCOME);
            JsonNode unit = one.path("unit_id");
            if (!unit.isTextual() && !unit.isIntegralNumber()) {
                throw wrong("unit_id", unit, "a text or a whole number, as in the unit's requests");
            }
            if (!one.has("value")) {
                throw wrong("value", one.path("value"), "a number");
            }
            outcomes.add(new UnitOutcome(
                    unit.asText(), text(one, "metric"), number(one, "value", 0), number(one, "covariate", 0)));
        }
        return outcomes;
    }

    /** Reads the version of <code>{"version":2}</code>; empty where the body is or names none. */
    public static Optional<Integer> version(byte[] body) {
        if (body.length == 0) {
            return Optional.empty();
        }
        JsonNode tree = object(tree(body), "body", Set.of("version"));
        return tree.has("version") ? Optional.of(version(tree.path("version"))) : Optional.empty();
    }

    /** Which way a metric should go, by its name in any case; {@code higher} and {@code lower} do. */
    public static Direction direction(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "HIGHER", "HIGHER_IS_BETTER" -> Direction.HIGHER_IS_BETTER;
            case "LOWER", "LOWER_IS_BETTER" -> Direction.LOWER_IS_BETTER;
            default ->
                throw new InvalidInputException(
                        "Direction (" + excerpt(text) + ") is unknown. Maybe HIGHER_IS_BETTER or LOWER_IS_BETTER.");
        };
    }

    public static byte[] bytes(Object answer) {
        try {
            return JSON.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("(" + answer.getClass() + ") cannot be written as JSON.", e);
        }
    }

    private static JsonNode tree(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new InvalidInputException(
                    "The body is no JSON: " + e.getOriginalMessage() + ". Maybe a quote or comma is missing.", e);
        } catch (IOException e) {
            throw new InvalidInputException("The body cannot be read. Maybe send it as UTF-8.", e);
        }
    }

    private static JsonNode object(JsonNode node, String what, Set<String> known) {
        if (!node.isObject()) {
            throw wrong(what, node, "an object with " + known.stream().sorted().toList());
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new InvalidInputException(
                        "Member (" + excerpt(name) + ") of (" + what + ") is unknown. Maybe one of "
                                + known.stream().sorted().toList() + ".");
            }
        }
        return node;
    }

    private static JsonNode list(JsonNode node, String name) {
        JsonNode list = node.path(name);
        if (!list.isMissingNode() && !list.isArray()) {
            throw wrong(name, list, "a list");
        }
        return list;
    }

    private static int version(JsonNode node) {
        String text = node.isTextual() || node.isIntegralNumber() ? node.asText() : "";
        if (text.length() > LONGEST_VERSION || !text.matches("[1-9][0-9]*")) {
            throw wrong("version", node, "the number of a version");
        }
        return Integer.parseInt(text);
    }

    private static String text(JsonNode node, String name) {
        JsonNode text = node.path(name);
        if (!text.isTextual() || text.textValue().isEmpty()) {
            throw wrong(name, text, "a text");
        }
        return text.textValue();
    }

    private static double number(JsonNode node, String name, double missing) {
        JsonNode number = node.path(name);
        if (!number.isMissingNode() && !number.isNumber()) {
            throw wrong(name, number, "a number");
        }
        return number.isMissingNode() ? missing : number.doubleValue();
    }

    private static long count(JsonNode node, String name, long missing) {
        JsonNode number = node.path(name);
        if (!number.isMissingNode() && !number.canConvertToExactIntegral()
                || number.isNumber() && !number.canConvertToLong()) {
            throw wrong(name, number, "a whole number");
        }
        return number.isMissingNode() ? missing : number.longValue();
    }

    private static InvalidInputException wrong(String name, JsonNode value, String wanted) {
        String shown = value.isMissingNode() ? "missing" : excerpt(value.toString());
        return new InvalidInputException("Member (" + name + ") is (" + shown + "). Maybe send " + wanted + ".");
    }

    private static String excerpt(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
