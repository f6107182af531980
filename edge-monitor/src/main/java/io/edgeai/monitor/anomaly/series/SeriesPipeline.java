package io.edgeai.monitor.anomaly.series;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.spi.ChangeTest;
import io.edgeai.monitor.anomaly.spi.Ensemble;
import io.edgeai.monitor.anomaly.spi.Residual;
import io.edgeai.monitor.anomaly.spi.Scorer;
import io.edgeai.monitor.anomaly.spi.Season;
import io.edgeai.monitor.anomaly.spi.Tail;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The stages of a {@link SeriesDetector}, in the order in which a row goes through them:
 *
 * <pre>
 *  value → season → residual → deviations, own scorers → tail each → ensemble → change test → score
 * </pre>
 *
 * <p>Without a call it is the detector that was measured (see the monitor guide). The budget holds by the change test, which
 * learns its threshold from the combined surprises, whatever stages they come from. A stage that keeps something is given by
 * its supplier, since each detector has its own. Not thread-safe; what it builds does not depend on later calls.
 */
public final class SeriesPipeline {
    private Supplier<? extends Season> season = CalendarSeason::new;
    private Residual residual = Residual.difference();
    private Supplier<Tail> tails = SurpriseScale::new;
    private final Map<String, Supplier<? extends Scorer>> scorers = new LinkedHashMap<>();
    private Ensemble ensemble = new RootOfSquares();
    private Function<FalseAlarmBudget, ? extends ChangeTest> test = AlertGate::new;

    SeriesPipeline() {}

    /** What is usual at a moment. Default: by half hour of the UTC day, or of the week where that fits better. */
    public SeriesPipeline season(Supplier<? extends Season> usual) {
        this.season = usual;
        return this;
    }

    /** How far a value is from that. Default: the difference. */
    public SeriesPipeline residual(Residual distance) {
        this.residual = distance;
        return this;
    }

    /**
     * What makes chances of sizes, one for each kind of deviation. Default: a decayed histogram whose last 2 % are continued
     * by a generalised Pareto tail.
     */
    public SeriesPipeline tail(Supplier<? extends Tail> calibration) {
        this.tails = calibration::get;
        return this;
    }

    /**
     * Adds a detector of the host's to the ensemble, its scores calibrated by the tail.
     *
     * @param name for messages and saved state; each once
     */
    public SeriesPipeline scorer(String name, Supplier<? extends Scorer> own) {
        if (scorers.putIfAbsent(name, own) != null) {
            throw new InvalidInputException("Scorer (" + name + ") is there already. Maybe give it another name.");
        }
        return this;
    }

    /** How many surprises become one. Default: the root of their squares. */
    public SeriesPipeline ensemble(Ensemble combination) {
        this.ensemble = combination;
        return this;
    }

    /**
     * What is an alert. Default: a threshold learnt from the series so that the budget holds, and a pause after each alert.
     * One of the host's must keep the budget itself.
     */
    public SeriesPipeline change(Function<FalseAlarmBudget, ? extends ChangeTest> decision) {
        this.test = decision;
        return this;
    }

    /** A detector that has seen nothing. */
    public SeriesDetector build(FalseAlarmBudget budget) {
        return new SeriesDetector(this, budget);
    }

    /**
     * A detector of these stages that goes on where another of the same stages was {@linkplain SeriesDetector#save saved}.
     *
     * @throws InvalidInputException where the bytes are cut, damaged, of another version or of other stages
     */
    public SeriesDetector restore(FalseAlarmBudget budget, byte[] state) {
        SeriesDetector detector = build(budget);
        detector.restore(state);
        return detector;
    }

    Season season() {
        return season.get();
    }

    Residual residual() {
        return residual;
    }

    Supplier<Tail> tails() {
        return tails;
    }

    List<OwnScores> own() {
        return scorers.entrySet().stream()
                .map(entry -> new OwnScores(entry.getKey(), entry.getValue().get(), tails.get()))
                .toList();
    }

    Ensemble ensemble() {
        return ensemble;
    }

    ChangeTest test(FalseAlarmBudget budget) {
        return test.apply(budget);
    }
}
