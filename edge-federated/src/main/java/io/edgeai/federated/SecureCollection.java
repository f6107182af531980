package io.edgeai.federated;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.secagg.Message;
import io.edgeai.federated.secagg.SecAggServer;
import io.edgeai.federated.secagg.SumTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One round's secure sum among participants elsewhere. They train first and give their keys when they have, so that who is
 * slow costs the others nothing; then come shares, vectors, consents and revelations, each phase as long as somebody may
 * still answer. Who does not, or answers wrongly, is lost from there on. Belongs to the coordinating thread.
 */
final class SecureCollection {
    private static final Duration LONGEST_STEP = Duration.ofMinutes(1);
    private static final long PATIENCE_MILLIS = 100;

    private final FederationPlan plan;
    private final int round;
    private final List<Collection.Place> places;
    private final Runnable unmasking;
    private final Runnable checkCancelled;
    private final SecAggServer server;
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Map<Integer, CompletableFuture<Message>> open = new HashMap<>();
    private final Map<Integer, Integer> placeOf = new HashMap<>();
    private final Map<Integer, String> lost = new TreeMap<>();
    private Duration window;
    private int enough;
    private int phase;

    private record Answer(int phase, int place, @Nullable Message message, @Nullable Throwable failure) {}

    /**
     * What came of it.
     *
     * @param survivors places whose vectors are in the sum, ascending
     * @param lost reasons by place, of survivors too where they were lost after their vectors came
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Outcome(int[] sum, List<Integer> survivors, Map<Integer, String> lost) {}

    /**
     * @param terms that the tasks of all places name
     * @param unmasking called between collecting and unmasking
     */
    SecureCollection(
            FederationPlan plan,
            int round,
            SumTerms terms,
            List<Collection.Place> places,
            Runnable unmasking,
            Runnable checkCancelled) {
        this.plan = plan;
        this.round = round;
        this.places = places;
        this.unmasking = unmasking;
        this.checkCancelled = checkCancelled;
        this.window = plan.rules().reportingWindow();
        this.enough = plan.rules().goal();
        if (places.isEmpty()) {
            throw new QuorumNotReachedException("Round " + round + " has no participants to add up.");
        }
        RoundTask any = places.get(0).task;
        this.server = SecAggServer.start(terms.of(round, any.hash(), any.summed()));
    }

    /** Waits for all, that long, whatever the plan's rules say of updates. */
    SecureCollection within(Duration longest) {
        this.window = longest;
        this.enough = 0;
        return this;
    }

    /** @throws QuorumNotReachedException where too few were left in some phase: there is no sum then, and never will be */
    Outcome run() {
        try {
            return sum();
        } catch (QuorumNotReachedException e) {
            throw lost.isEmpty()
                    ? e
                    : new QuorumNotReachedException(e.getMessage() + " Lost by their places: " + lost + ".");
        } finally {
            open.values().forEach(answer -> answer.cancel(false));
        }
    }

    private Outcome sum() {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).participant instanceof SecureParticipant there) {
                ask(i, there.join(places.get(i).task));
            } else {
                lost.put(i, "it did not come back after a restart, or takes part in no secure sums");
            }
        }
        gather(window, enough);
        tell(server.neighbours());
        tell(server.envelopes());
        Message.Survivors survivors = server.survivors();
        Map<Integer, Message> same = new HashMap<>();
        survivors.participants().forEach(one -> same.put(one, survivors));
        tell(same);
        unmasking.run();
        tell(server.consents());
        List<Integer> counted = new ArrayList<>();
        survivors.participants().forEach(one -> counted.add(place(one)));
        counted.sort(null);
        return new Outcome(server.sum(), counted, lost);
    }

    private int place(int participant) {
        return Objects.requireNonNull(placeOf.get(participant));
    }

    private void ask(int place, CompletableFuture<Message> answer) {
        int now = phase;
        open.put(place, answer);
        var unused = answer.whenComplete((message, failure) -> answers.add(new Answer(now, place, message, failure)));
    }

    /** Tells each participant of the phase before its own message, and waits for what they say to it. */
    private void tell(Map<Integer, ? extends Message> messages) {
        phase++;
        messages.forEach((participant, message) -> {
            int place = place(participant);
            if (!lost.containsKey(place) && places.get(place).participant instanceof SecureParticipant there) {
                ask(place, there.tell(message));
            }
        });
        gather(window.isZero() || window.compareTo(LONGEST_STEP) > 0 ? LONGEST_STEP : window, 0);
    }

    /**
     * Until all that were asked have answered, or enough, or the window is over; zero is no window. The others are lost.
     *
     * @param enough 0 for all
     */
    private void gather(Duration window, int enough) {
        long begin = plan.ticker().nanos();
        int good = 0;
        while (!open.isEmpty() && (enough == 0 || good < enough)) {
            long left = window.isZero()
                    ? Long.MAX_VALUE
                    : window.toNanos() - (plan.ticker().nanos() - begin);
            if (left <= 0) {
                break;
            }
            Answer answer = poll(Math.min(left, TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)));
            if (answer == null) {
                checkCancelled.run();
            } else if (answer.phase() == phase && open.remove(answer.place()) != null) {
                good += accept(answer) ? 1 : 0;
            }
        }
        open.forEach((place, answer) -> {
            lost.put(place, "round " + round + " did not wait for it any longer");
            answer.cancel(false);
        });
        open.clear();
    }

    private boolean accept(Answer answer) {
        Message message = answer.message();
        if (message == null) {
            lost.put(answer.place(), reason(answer.failure()));
            return false;
        }
        try {
            server.receive(message);
            if (message instanceof Message.Advertisement keys) {
                placeOf.put(keys.participant(), answer.place());
            }
            return true;
        } catch (EdgeException e) {
            lost.put(answer.place(), e.toString());
            return false;
        }
    }

    private static String reason(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Error error) {
            throw error;
        }
        return cause == null ? "it answered nothing" : cause.toString();
    }

    private @Nullable Answer poll(long nanos) {
        try {
            return answers.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException(
                    "The federated run was interrupted in round (" + round + ") while it waited for a secure sum.");
        }
    }
}
