package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.runtime.Engines;
import io.edgeai.placement.cost.Calibration;
import io.edgeai.placement.cost.CalibrationTimes;
import io.edgeai.placement.cost.LatencyEstimator;
import io.edgeai.placement.deploy.agent.AgentClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Predicts what versions take on the hardware of sites, one kind at a time. A site's agent runs the five calibration networks
 * once; what it measured is kept in the home, under the kind that nodes name as their hardware, and follows times seen in
 * use. Predictions are of one thread of a processor. Thread-safe; of two processes that correct one kind at the same time,
 * the later one counts.
 *
 * <pre>{@code
 * edge.estimators().calibrate("arm-a76", URI.create("http://10.0.0.7:8700"), token);
 * Workload defects = edge.workload(edge.estimators(), v1, small);      // measured("arm-a76", …) in each variant
 * edge.estimators().seen("arm-a76", v1, 41.5);                         // as times come in
 * }</pre>
 */
public final class SiteEstimators {
    /** How far predictions follow one time seen in use, unless told otherwise. */
    public static final double TRUST = 0.2;

    private static final Duration EACH = Duration.ofMillis(150);

    private final Models models;
    private final Engines engines;
    private final KeptCalibrations kept;

    SiteEstimators(Models models, Engines engines, Path home) {
        this.models = models;
        this.engines = engines;
        this.kept = new KeptCalibrations(home);
    }

    /**
     * Has a site's agent measure its machine, about a second of one core, and keeps that for its kind of hardware in place of
     * what was known.
     *
     * @param hardware the kind, as the site's nodes name it
     * @param token the agent's, null where it has none
     * @throws io.edgeai.core.error.OverloadedException while the site measures itself for another
     * @throws io.edgeai.core.error.RuntimeUnavailableException where no engine there runs ONNX
     */
    public LatencyEstimator calibrate(String hardware, URI agent, @Nullable String token) {
        return calibrate(hardware, new AgentClient(agent, token));
    }

    /** {@link #calibrate(String, URI, String)} by a client of the caller's, e.g. one with TLS settings. */
    public LatencyEstimator calibrate(String hardware, AgentClient agent) {
        return keep(hardware, agent.calibrate(EACH));
    }

    /** {@link #calibrate(String, URI, String)} for this machine. */
    public LatencyEstimator calibrateHere(String hardware) {
        return keep(hardware, Calibration.times(engines, EACH));
    }

    /** Keeps what was measured elsewhere, for its kind of hardware in place of what was known. */
    public synchronized LatencyEstimator keep(String hardware, CalibrationTimes times) {
        kept.write(hardware, times);
        return times.estimator();
    }

    /** Kinds of hardware that something is known of. */
    public synchronized SortedSet<String> hardware() {
        return new TreeSet<>(kept.hardware());
    }

    /** @throws InvalidInputException where nothing is known of that kind */
    public LatencyEstimator of(String hardware) {
        return times(hardware).estimator();
    }

    private synchronized CalibrationTimes times(String hardware) {
        return kept.read(hardware)
                .orElseThrow(() -> new InvalidInputException("Hardware (" + hardware + ") was not measured, but "
                        + kept.hardware() + " was. Maybe estimators().calibrate(\"" + hardware
                        + "\", agent, token) first."));
    }

    /** What one inference of a version is predicted to take on that hardware. */
    public ModelEstimate estimate(String hardware, ModelVersion version) {
        return ModelEstimate.of(version, cost(version), of(hardware));
    }

    /** {@link #seen(String, ModelVersion, double, double)} with {@link #TRUST}. */
    public LatencyEstimator seen(String hardware, ModelVersion version, double millis) {
        return seen(hardware, version, millis, TRUST);
    }

    /**
     * Corrects all predictions for a kind of hardware by a time that was seen there, and keeps that.
     *
     * @param millis of one inference with one thread, above 0
     * @param trust how far, 0 (not at all) to 1 (to exactly that time)
     * @throws InvalidInputException where nothing is known of that kind
     */
    public synchronized LatencyEstimator seen(String hardware, ModelVersion version, double millis, double trust) {
        return keep(hardware, times(hardware).corrected(new LatencyEstimator.Sample(cost(version), millis), trust));
    }

    private ModelCost cost(ModelVersion version) {
        return CostModel.of(models.graph(version));
    }
}
