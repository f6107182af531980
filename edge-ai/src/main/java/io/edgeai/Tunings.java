package io.edgeai;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.runtime.TuningKey;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.runtime.TuningReports;
import java.nio.file.Path;
import java.util.Optional;

/** Engine options found for versions on this machine, kept beside the registry. Thread-safe. */
final class Tunings {
    private final Models models;
    private final TuningReports reports;

    Tunings(Models models, Path home) {
        this.models = models;
        this.reports = new TuningReports(home.resolve("tuning"));
    }

    /** Keeps what was measured on a version's graph under the version's own bytes. */
    TuningReport keep(ModelVersion version, TuningReport measured) {
        TuningReport report = new TuningReport(
                measured.best(),
                measured.speedup(),
                measured.lowestRound(),
                measured.trials(),
                measured.complete(),
                key(version));
        reports.keep(report);
        return report;
    }

    /** Options that were faster than the default ones here; empty where none were looked for, or none found. */
    Optional<SessionOptions> faster(ModelVersion version) {
        return reports.find(key(version)).filter(TuningReport::changed).map(TuningReport::best);
    }

    private TuningKey key(ModelVersion version) {
        return TuningKey.of(version.digest(), models.runtime(version));
    }
}
