package io.edgeai.federated.simulation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.federated.RoundResult;
import io.edgeai.federated.evaluation.SiteFigures;
import org.jspecify.annotations.Nullable;

/** A round as one line of JSON. */
final class RoundLine {
    private RoundLine() {}

    /** @param asynchronous whether it is a movement of a federation without rounds */
    static ObjectNode of(RoundResult round, boolean asynchronous) {
        ObjectNode line = JsonNodeFactory.instance
                .objectNode()
                .put("round", round.round())
                .put("accuracy", finite(round.accuracy()))
                .put("loss", finite(round.loss()))
                .put("bytes", round.bytesDown() + round.bytesUp())
                .put("epsilon", finite(round.epsilon()))
                .put("seconds", round.seconds())
                .put("selected", round.selected())
                .put("reported", round.reported())
                .put("mu", round.mu());
        if (asynchronous) {
            line.put("staleness", round.staleness());
        }
        SiteFigures sites = round.sites();
        if (sites != null) {
            line.set("sites", sites(sites));
        }
        return line;
    }

    private static ObjectNode sites(SiteFigures sites) {
        ObjectNode own = JsonNodeFactory.instance
                .objectNode()
                .put("asked", sites.asked())
                .put("reported", sites.reported())
                .put("samples", sites.samples())
                .put("accuracy", finite(sites.accuracy()))
                .put("loss", finite(sites.loss()))
                .put("worst", finite(sites.worst()))
                .put("tenth", finite(sites.tenth()))
                .put("median", finite(sites.median()))
                .put("summed", sites.summed())
                .put("bytes", sites.bytesDown());
        return sites.problem().isEmpty() ? own : own.put("problem", sites.problem());
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? Double.valueOf(value) : null;
    }
}
