package io.edgeai;

import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.serving.AnswerKeeper;
import io.edgeai.monitor.EdgeMonitor;
import java.time.Clock;
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
    AnswerKeeper keeper(String environment, boolean followsActive, @Nullable Trial<?> trial) {
        return answers == null
                ? AnswerKeeper.NONE
                : new KeptAnswers(answers, registry, environment, followsActive, trial);
    }
}
