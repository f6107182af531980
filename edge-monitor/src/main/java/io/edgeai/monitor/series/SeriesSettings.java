package io.edgeai.monitor.series;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.series.OwnDetectors;
import io.edgeai.monitor.anomaly.series.SeriesDetector;
import io.edgeai.monitor.anomaly.series.SeriesPipeline;
import io.edgeai.monitor.anomaly.spi.Scorer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How a series is watched. By default: a window stands for the mean of its values, and the measured pipeline of {@link
 * SeriesDetector} judges it. Not thread-safe.
 */
public final class SeriesSettings {
    private static final int LONGEST_UNIT = 20;

    private final SeriesPipeline pipeline = SeriesDetector.builder();
    private final Map<String, Supplier<? extends Scorer>> alone = new LinkedHashMap<>();
    private String unit = "";
    private boolean perSecond;

    /** What the values are, e.g. {@code "°C"}; stands behind them in messages and on the page. At most 20 characters. */
    public SeriesSettings unit(String name) {
        if (name.length() > LONGEST_UNIT) {
            throw new InvalidInputException("Unit (" + name + ") is longer than 20 characters. Maybe shorten it.");
        }
        this.unit = name;
        return this;
    }

    /** Values are counts: a window stands for their sum a second, 0 without any. */
    public SeriesSettings perSecond() {
        this.perSecond = true;
        return this;
    }

    /** Replaces stages of the pipeline, or adds detectors to its ensemble: {@code p -> p.scorer("ramp", Ramp::new)}. */
    public SeriesSettings pipeline(Consumer<SeriesPipeline> stages) {
        stages.accept(pipeline);
        return this;
    }

    /**
     * Judges by this detector of the host's instead of by the pipeline; several share the budget.
     *
     * @param name for messages; each once
     */
    public SeriesSettings only(String name, Supplier<? extends Scorer> own) {
        if (alone.putIfAbsent(name, own) != null) {
            throw new InvalidInputException("Scorer (" + name + ") is there already. Maybe give it another name.");
        }
        return this;
    }

    String unit() {
        return unit;
    }

    boolean counts() {
        return perSecond;
    }

    AnomalyDetector detector(FalseAlarmBudget budget, Duration window) {
        return alone.isEmpty() ? pipeline.build(budget) : OwnDetectors.of(budget, window, alone);
    }
}
