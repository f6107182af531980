package io.edgeai;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.event.ActionAdvised;
import io.edgeai.core.event.AdviceFollowed;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.ReactionOutcome;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acts on the monitor's advice as {@link Reactions} say, one after another and off the monitor's thread. An advice comes once as
 * long as it stands, so what failed or was held is not tried again by itself. Thread-safe.
 */
final class Reacting implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reacting.class);

    private final Reactions reactions;
    private final EdgeAI edge;
    private final Clock clock;
    private final ReactionLimits limits;
    private final Executor executor;
    private final @Nullable ExecutorService own;
    private final EventBus.AutoSubscription subscription;

    Reacting(Reactions reactions, EdgeAI edge, Clock clock) {
        this.reactions = reactions;
        this.edge = edge;
        this.clock = clock;
        this.limits = new ReactionLimits(edge.registry().home(), reactions.coolDown(), reactions.perDay());
        Executor given = reactions.executor();
        this.own = given == null ? Executors.newSingleThreadExecutor(EdgeThreads.named("reactions")) : null;
        this.executor = given == null ? own() : given;
        this.subscription = edge.events().subscribe(ActionAdvised.class, this::heard);
    }

    private Executor own() {
        ExecutorService made = own;
        if (made == null) {
            throw new IllegalStateException("There is no thread for reactions.");
        }
        return made;
    }

    private void heard(ActionAdvised advice) {
        if (reactions.of(advice.action()).isEmpty()) {
            return;
        }
        try {
            executor.execute(() -> follow(advice));
        } catch (RejectedExecutionException e) {
            LOG.warn("{} of {} is not acted on, since this instance closes", advice.action(), advice.version());
        }
    }

    private synchronized void follow(ActionAdvised advice) {
        Instant now = clock.instant();
        String what = advice.action() + " " + advice.version().model();
        ReactionOutcome outcome;
        String detail;
        try {
            Optional<String> hindrance = limits.hindrance(what, now);
            if (hindrance.isPresent()) {
                outcome = ReactionOutcome.HELD;
                detail = hindrance.get();
            } else if (reactions.isDryRun()) {
                limits.took(what, now);
                outcome = ReactionOutcome.WOULD;
                detail = "a dry run";
            } else {
                Optional<String> done = act(advice, what, now);
                outcome = done.isPresent() ? ReactionOutcome.DONE : ReactionOutcome.NOTHING;
                detail = done.orElse("there was nothing to do any more");
            }
        } catch (RuntimeException e) { // a host's too: whatever it is, it is told
            outcome = ReactionOutcome.FAILED;
            detail = String.valueOf(e.getMessage());
            LOG.warn("{} of {} failed", advice.action(), advice.version(), e);
        }
        note(advice, outcome, detail);
        edge.events().publish(new AdviceFollowed(advice, outcome, detail, now));
    }

    /** Counted before it is done, so that what fails or kills the process is not done over and over. */
    private Optional<String> act(ActionAdvised advice, String what, Instant now) {
        StringBuilder done = new StringBuilder();
        limits.took(what, now);
        List<Reaction> all = reactions.of(advice.action());
        for (Reaction each : all) {
            each.react(edge, advice)
                    .ifPresent(text -> done.append(done.isEmpty() ? "" : "; ").append(text));
        }
        if (done.isEmpty()) {
            limits.gaveBack(what, now);
            return Optional.empty();
        }
        return Optional.of(done.toString());
    }

    private void note(ActionAdvised advice, ReactionOutcome outcome, String detail) {
        String text = "reaction " + advice.action() + " " + outcome + ": " + detail + ". Expected: " + advice.gain()
                + ". Evidence: " + advice.evidence();
        try {
            var unused = edge.registry().annotations().note(advice.version(), text);
        } catch (EdgeException e) {
            LOG.warn("It is not noted in the registry ({}): {}", e.getMessage(), text);
        }
    }

    /** Hears of no more advice; a reaction under way ends. */
    @Override
    public void close() {
        subscription.close();
        if (own != null) {
            own.shutdown();
        }
    }
}
