package io.edgeai;

import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.WorkloadDefaults;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.serving.AnswerKeeper;
import io.edgeai.core.serving.BatchProfile;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.EdgeMonitor;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an endpoint needs of the instance it belongs to. */
record EndpointParts(
        EdgeModelRegistry registry,
        Models models,
        Tunings tunings,
        BatchProfiles profiles,
        RecordedWarmUps warmUps,
        EdgeMonitor monitor,
        EventBus events,
        Clock clock,
        Ticker ticker,
        @Nullable AnswerJournal answers) {
    /**
     * The endpoint of what is served, still to be built.
     *
     * @param arms its split, unless the trial has one of its own
     */
    ModelEndpoint.Builder endpoint(Serving serving, List<TrafficSplit.Arm> arms, @Nullable Trial<?> trial) {
        WorkloadDefaults defaults =
                registry.get(arms.get(0).version()).workload().defaults();
        SessionSettings sessions = serving.sessions();
        Function<ModelVersion, SessionOptions> options =
                version -> sessions.options(version, defaults, tunings.faster(version), models.runtime(version));
        InferenceListener.Factory listeners = monitor.factory();
        ModelEndpoint.Builder builder = ModelEndpoint.builder()
                .opener(ref -> {
                    ModelVersion version =
                            registry.lifecycle().in(serving.environment()).admit(ref);
                    return sessions.open(version, models, options.apply(version));
                })
                .batchProfiles(ref -> {
                    ModelVersion version = registry.get(ref);
                    return sessions.wrapped()
                            ? BatchProfile.UNKNOWN
                            : profiles.find(version, () -> options.apply(version));
                })
                .warmUp(ref -> warmUps.of(ref).and(serving.warmUp()))
                .split(trial == null ? TrafficSplit.of(arms) : trial.split())
                .listeners(trial == null ? listeners : trial.beside(listeners))
                .answers(keeper(serving, trial))
                .ticker(ticker);
        serving.configure(builder, defaults);
        return builder;
    }

    private AnswerKeeper keeper(Serving serving, @Nullable Trial<?> trial) {
        boolean followsActive = serving.arms().isEmpty();
        return answers == null
                ? AnswerKeeper.NONE
                : new KeptAnswers(answers, registry, serving.environment(), followsActive, trial);
    }
}
