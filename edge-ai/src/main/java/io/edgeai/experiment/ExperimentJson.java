package io.edgeai.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.ExperimentState.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads what is told of experiments as JSON; members that nobody knows are refused. Writes answers. Thread-safe. */
public final class ExperimentJson {
    private static final Set<String> DEFINITION =
            Set.of("versions", "metrics", "guardErrors", "alpha", "sharpestAt", "maxPairs");
    private static final Set<String> SHARE = Set.of("version", "weight");
    private static final Set<String> METRIC = Set.of("name", "direction");
    private static final Set<String> OUTCOME = Set.of("unit_id", "metric", "value", "covariate");

    private ExperimentJson() {}

    /**
     * Reads {@code {"versions":[{"version":1,"weight":9},{"version":2,"weight":1}],
     * "metrics":[{"name":"returned","direction":"LOWER_IS_BETTER"}],"guardErrors":0.01}}, with {@code alpha},
     * {@code sharpestAt} and {@code maxPairs} as further members; only versions are required.
     *
     * @throws InvalidInputException that says what is wrong
     */
    public static ExperimentDefinition definition(byte[] body) {
        JsonNode tree = JsonMembers.object(JsonMembers.tree(body), "definition", DEFINITION);
        List<ExperimentDefinition.Share> versions = new ArrayList<>();
        for (JsonNode one : JsonMembers.list(tree, "versions")) {
            JsonMembers.object(one, "versions", SHARE);
            versions.add(new ExperimentDefinition.Share(
                    JsonMembers.version(one.path("version")), JsonMembers.number(one, "weight", 1)));
        }
        List<Metric> metrics = new ArrayList<>();
        for (JsonNode one : JsonMembers.list(tree, "metrics")) {
            JsonMembers.object(one, "metrics", METRIC);
            metrics.add(new Metric(JsonMembers.text(one, "name"), direction(JsonMembers.text(one, "direction"))));
        }
        return new ExperimentDefinition(
                versions,
                metrics,
                JsonMembers.number(tree, "guardErrors", 0),
                JsonMembers.number(tree, "alpha", ExperimentDefinition.DEFAULT_ALPHA),
                JsonMembers.count(tree, "sharpestAt", ExperimentDefinition.DEFAULT_SHARPEST_AT),
                JsonMembers.count(tree, "maxPairs", 0));
    }

    /**
     * Reads {@code {"unit_id":"part-4711","metric":"returned","value":1,"covariate":0}}, or a list of such.
     *
     * @throws InvalidInputException that says what is wrong
     */
    public static List<UnitOutcome> outcomes(byte[] body) {
        JsonNode tree = JsonMembers.tree(body);
        List<UnitOutcome> outcomes = new ArrayList<>();
        for (JsonNode one : tree.isArray() ? tree : List.of(tree)) {
            JsonMembers.object(one, "outcome", OUTCOME);
            JsonNode unit = one.path("unit_id");
            if (!unit.isTextual() && !unit.isIntegralNumber()) {
                throw JsonMembers.wrong("unit_id", unit, "a text or a whole number, as in the unit's requests");
            }
            if (!one.has("value")) {
                throw JsonMembers.wrong("value", one.path("value"), "a number");
            }
            outcomes.add(new UnitOutcome(
                    unit.asText(),
                    JsonMembers.text(one, "metric"),
                    JsonMembers.number(one, "value", 0),
                    JsonMembers.number(one, "covariate", 0)));
        }
        return outcomes;
    }

    /** Reads the version of <code>{"version":2}</code>; empty where the body is or names none. */
    public static Optional<Integer> version(byte[] body) {
        if (body.length == 0) {
            return Optional.empty();
        }
        JsonNode tree = JsonMembers.object(JsonMembers.tree(body), "body", Set.of("version"));
        return tree.has("version") ? Optional.of(JsonMembers.version(tree.path("version"))) : Optional.empty();
    }

    /** Which way a metric should go, by its name in any case; {@code higher} and {@code lower} do. */
    public static Direction direction(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "HIGHER", "HIGHER_IS_BETTER" -> Direction.HIGHER_IS_BETTER;
            case "LOWER", "LOWER_IS_BETTER" -> Direction.LOWER_IS_BETTER;
            default ->
                throw new InvalidInputException("Direction (" + JsonMembers.excerpt(text)
                        + ") is unknown. Maybe HIGHER_IS_BETTER or LOWER_IS_BETTER.");
        };
    }

    public static byte[] bytes(Object answer) {
        return JsonMembers.bytes(answer);
    }
}
