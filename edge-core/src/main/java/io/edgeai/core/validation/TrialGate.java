package io.edgeai.core.validation;

import io.edgeai.core.model.Tensor;
import java.util.List;
import java.util.Map;

/** A gate that tries the model out and judges what came of it; a trial that did not end well is a failure. */
final class TrialGate implements ValidationGate {
    private final String name;
    private final Trial trial;
    private final List<Map<String, Tensor>> samples;
    private final int repetitions;
    private final Judge judge;

    TrialGate(String name, Trial trial, List<Map<String, Tensor>> samples, int repetitions, Judge judge) {
        this.name = name;
        this.trial = trial;
        this.samples = List.copyOf(samples);
        this.repetitions = repetitions;
        this.judge = judge;
    }

    /** Says whether a trial that ended well is good enough. */
    @FunctionalInterface
    interface Judge {
        GateResult of(Candidate candidate, TrialReport report);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public GateResult check(Candidate candidate) {
        TrialReport report = trial.run(candidate, samples, repetitions);
        if (report.pid() == 0) {
            return GateResult.failed(name, report.failure());
        }
        GateResult result = report.passed()
                ? judge.of(candidate, report)
                : GateResult.failed(name, "The model did not survive its trial: " + report.failure() + ".");
        return result.with("openMillis", report.openNanos() / 1e6)
                .with("residentMegabytes", report.residentBytes() / 1048576.0);
    }
}
