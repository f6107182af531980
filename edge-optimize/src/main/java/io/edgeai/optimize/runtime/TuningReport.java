package io.edgeai.optimize.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The options found for a model on a machine, and everything tried.
 *
 * @param best the options to use; the default ones unless others were faster in the last, paired check too
 * @param speedup time with the default options over time with the best, in the last check; 1 where the default stays
 * @param lowestRound smallest speedup of a round of the last check
 * @param trials everything tried, in order
 * @param complete whether the search ended by itself, not by its time budget
 * @param key what this is valid for
 */
public record TuningReport(
        SessionOptions best,
        double speedup,
        double lowestRound,
        List<TuningTrial> trials,
        boolean complete,
        TuningKey key) {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    public TuningReport {
        trials = List.copyOf(trials);
    }

    /** Whether anything but the default options won. */
    public boolean changed() {
        return speedup > 1;
    }

    /** A table of everything tried. */
    public String table() {
        StringBuilder text = new StringBuilder("speed-up  p50 micros  rounds  options and outcome\n");
        for (TuningTrial trial : trials) {
            text.append(String.format(
                    Locale.ROOT,
                    "%8.2f  %10.1f  %6d  %s: %s%n",
                    trial.speedup(),
                    trial.p50Micros(),
                    trial.rounds(),
                    trial.label(),
                    trial.outcome()));
        }
        return text.toString();
    }

    /** As JSON, to be kept and read again by {@link #fromJson}. */
    public String toJson() {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION);
        root.putObject("key")
                .put("model", key.model().hex())
                .put("engine", key.engine())
                .put("processor", key.processor());
        root.set("best", write(best));
        root.put("speedup", speedup).put("lowestRound", lowestRound).put("complete", complete);
        ArrayNode all = root.putArray("trials");
        for (TuningTrial trial : trials) {
            ObjectNode node = all.addObject();
            node.put("label", trial.label())
                    .put("speedup", trial.speedup())
                    .put("p50Micros", trial.p50Micros())
                    .put("rounds", trial.rounds())
                    .put("outcome", trial.outcome());
            node.set("options", write(trial.options()));
        }
        return root.toPrettyString();
    }

    /** @throws ModelFormatException where the text is no report of this version */
    public static TuningReport fromJson(String json) {
        try {
            JsonNode root = JSON.readTree(json);
            if (root.path("version").asInt() != VERSION) {
                throw new ModelFormatException("Tuning report has version ("
                        + root.path("version").asText() + "), not " + VERSION + ". Maybe tune again.");
            }
            List<TuningTrial> trials = new ArrayList<>();
            for (JsonNode node : root.required("trials")) {
                trials.add(new TuningTrial(
                        node.required("label").asText(),
                        read(node.required("options")),
                        node.required("speedup").asDouble(),
                        node.required("p50Micros").asDouble(),
                        node.required("rounds").asInt(),
                        node.required("outcome").asText()));
            }
            JsonNode key = root.required("key");
            return new TuningReport(
                    read(root.required("best")),
                    root.required("speedup").asDouble(),
                    root.required("lowestRound").asDouble(),
                    trials,
                    root.required("complete").asBoolean(),
                    new TuningKey(
                            new Digest(key.required("model").asText()),
                            key.required("engine").asText(),
                            key.required("processor").asText()));
        } catch (JsonProcessingException | IllegalArgumentException | InvalidInputException e) {
            throw new ModelFormatException(
                    "Tuning report cannot be read: " + e.getMessage() + ". Maybe tune again.", e);
        }
    }

    private static ObjectNode write(SessionOptions options) {
        ObjectNode node = JSON.createObjectNode();
        node.put("intraOpThreads", options.intraOpThreads())
                .put("slots", options.slots())
                .put("optimize", options.optimize());
        ObjectNode engine = node.putObject("engineOptions");
        new TreeMap<>(options.engineOptions()).forEach(engine::put);
        return node;
    }

    private static SessionOptions read(JsonNode node) {
        Map<String, String> engine = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : node.required("engineOptions").properties()) {
            engine.put(entry.getKey(), entry.getValue().asText());
        }
        return new SessionOptions(
                node.required("intraOpThreads").asInt(),
                node.required("slots").asInt(),
                node.required("optimize").asBoolean(),
                engine);
    }
}
