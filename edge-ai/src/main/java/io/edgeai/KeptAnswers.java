package io.edgeai;

import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.answers.AnswerRole;
import io.edgeai.core.answers.AnswerSource;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.AnswerKeeper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a journal who answered an endpoint's requests: what is to be said of each version of a split is found out at the
 * split's first request that bears an id, and remembered. Thread-safe.
 */
final class KeptAnswers implements AnswerKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(KeptAnswers.class);

    private final AnswerJournal journal;
    private final EdgeModelRegistry registry;
    private final String environment;
    private final boolean followsActive;
    private final @Nullable Trial<?> trial;
    private volatile @Nullable Dealt dealt;

    /** A split, who answers in it, by its arms, and the split before, by which late requests were dealt. */
    private record Dealt(TrafficSplit split, List<AnswerSource> sources, @Nullable Dealt before) {
        Dealt last() {
            return new Dealt(split, sources, null);
        }
    }

    KeptAnswers(
            AnswerJournal journal,
            EdgeModelRegistry registry,
            String environment,
            boolean followsActive,
            @Nullable Trial<?> trial) {
        this.journal = journal;
        this.registry = registry;
        this.environment = environment;
        this.followsActive = followsActive;
        this.trial = trial;
    }

    @Override
    public void answered(String requestId, @Nullable String unitId, VersionRef version, TrafficSplit split) {
        try {
            for (AnswerSource source : of(split).sources()) {
                if (source.version().equals(version)) {
                    journal.keep(requestId, unitId, source);
                    return;
                }
            }
        } catch (EdgeException e) {
            LOG.warn("It is not kept that {} answered ({}): {}", version, requestId, e.getMessage());
        }
    }

    private Dealt of(TrafficSplit split) {
        Dealt now = dealt;
        for (Dealt each = now; each != null; each = each.before()) {
            if (each.split() == split) {
                return each;
            }
        }
        Dealt next = new Dealt(split, sources(split), now == null ? null : now.last());
        dealt = next;
        return next;
    }

    private List<AnswerSource> sources(TrafficSplit split) {
        List<TrafficSplit.Arm> arms = split.arms();
        double total = arms.stream().mapToDouble(TrafficSplit.Arm::weight).sum();
        List<AnswerSource> sources = new ArrayList<>();
        for (int arm = 0; arm < arms.size(); arm++) {
            ModelVersion version = registry.get(arms.get(arm).version());
            double share = Math.min(1, arms.get(arm).weight() / total);
            sources.add(new AnswerSource(version.ref(), version.digest(), environment, role(split, arm), share));
        }
        return sources;
    }

    private AnswerRole role(TrafficSplit split, int arm) {
        if (split.arms().size() == 1) {
            VersionRef only = split.arms().get(0).version();
            boolean active = registry.findActive(only.model().name(), environment)
                    .filter(version -> version.ref().equals(only))
                    .isPresent();
            return followsActive && active ? AnswerRole.ACTIVE : AnswerRole.PINNED;
        }
        return trial != null && trial.split() == split ? trial.role(arm) : AnswerRole.ARM;
    }
}
