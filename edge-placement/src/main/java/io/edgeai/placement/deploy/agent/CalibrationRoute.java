package io.edgeai.placement.deploy.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.placement.cost.CalibrationTimes;
import io.edgeai.placement.deploy.site.SiteJson;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Runs the calibration networks on the site, for one caller at a time. Thread-safe. */
final class CalibrationRoute {
    /** So long each of the five networks is run at most. */
    static final Duration LONGEST = Duration.ofSeconds(1);

    private final Function<Duration, CalibrationTimes> measures;
    private final AtomicBoolean busy = new AtomicBoolean();

    CalibrationRoute(Function<Duration, CalibrationTimes> measures) {
        this.measures = measures;
    }

    /** @throws OverloadedException while another runs */
    ObjectNode run(String document) {
        JsonNode json = SiteJson.object("calibration", document);
        long each = SiteJson.whole("calibration", json, "eachMillis", LONGEST.toMillis());
        if (each == 0) {
            throw new InvalidInputException("Field (eachMillis) of the calibration is (0). Maybe 150.");
        }
        if (!busy.compareAndSet(false, true)) {
            throw new OverloadedException("Another calibration runs on this site. Maybe try again in a few seconds.");
        }
        try {
            return json(measures.apply(Duration.ofMillis(each)));
        } finally {
            busy.set(false);
        }
    }

    private static ObjectNode json(CalibrationTimes times) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("set", times.set());
        times.millis().forEach(json.putObject("millis")::put);
        return json;
    }

    /** @throws InvalidInputException where that is no answer of a site with the same networks */
    static CalibrationTimes times(JsonNode answer) {
        int set = (int) SiteJson.whole("calibration", answer, "set", Integer.MAX_VALUE);
        SortedMap<String, Double> millis = new TreeMap<>();
        answer.path("millis")
                .properties()
                .forEach(each -> millis.put(each.getKey(), each.getValue().asDouble()));
        return new CalibrationTimes(set, millis, 1);
    }
}
