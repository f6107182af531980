package io.edgeai.core.event;

import io.edgeai.core.model.ModelId;
import java.time.Instant;
import java.util.Map;

/**
 * The units of an experiment do not fit its planned shares: something is lost or counted twice, and no comparison of its
 * arms can be trusted. Told once by each process that finds it.
 *
 * @param model whose versions are compared
 * @param units that met each arm, each counted once
 * @param pValue always valid
 * @param at when, on the instance's clock
 */
public record SampleRatioMismatched(ModelId model, Map<String, Long> units, double pValue, Instant at)
        implements EdgeEvent {
    public SampleRatioMismatched {
        units = Map.copyOf(units);
    }
}
