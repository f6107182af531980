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
    private final List<Group> groups = new ArrayList<>();
    private final Map<Integer, Group> groupOf = new HashMap<>();
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Map<Integer, CompletableFuture<Message>> open = new HashMap<>();
    private final Map<Integer, Integer> placeOf = new HashMap<>();
    private final Map<Integer, String> lost = new TreeMap<>();
    private Duration window;
    private int enough;
    private int phase;

    private record Answer(int phase, int place, @Nullable Message message, @Nullable Throwable failure) {}

    /** Those who are summed together. */
    private static final class Group {
        private final SecAggServer server;
        private final List<Integer> places;
        private @Nullable QuorumNotReachedException failure;

        Group(SecAggServer server, List<Integer> places) {
            this.server = server;
            this.places = places;
        }
    }

    /** What is told to a group's participants in some phase. */
    private interface Step {
        Map<Integer, ? extends Message> messages(Group group);
    }

    /**
     * What came of a group.
     *
     * @param survivors places whose vectors are in the sum, ascending
     * @param lost reasons by place, of survivors too where they were lost after their vectors came
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Outcome(int[] sum, List<Integer> survivors, Map<Integer, String> lost) {}

    /**
     * @param terms that the tasks of all places name
     * @param together places of each group, none in two of them
     * @param unmasking called between collecting and unmasking
     */
    SecureCollection(
            FederationPlan plan,
            int round,
            SumTerms terms,
            List<Collection.Place> places,
            List<List<Integer>> together,
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
        for (List<Integer> own : together) {
            Group group = new Group(SecAggServer.start(terms.of(round, any.hash(), any.summed())), own);
            groups.add(group);
            own.forEach(place -> groupOf.put(place, group));
        }
    }

    /** Waits for all, that long, whatever the plan's rules say of updates. */
    SecureCollection within(Duration longest) {
        this.window = longest;
        this.enough = 0;
        return this;
    }

    /** One group of all places. */
    static List<List<Integer>> all(int places) {
        List<Integer> everybody = new ArrayList<>();
        for (int i = 0; i < places; i++) {
            everybody.add(i);
        }
        return List.of(everybody);
    }

    /**
     * The sums of all groups in which enough were left to the end, at least one.
     *
     * @throws QuorumNotReachedException where no group has a sum: there is none then, and never will be
     */
    List<Outcome> run() {
        try {
            List<Outcome> sums = sums();
            if (sums.isEmpty()) {
                throw Objects.requireNonNull(groups.get(0).failure);
            }
            return sums;
        } catch (QuorumNotReachedException e) {
            throw lost.isEmpty()
                    ? e
                    : new QuorumNotReachedException(e.getMessage() + " Lost by their places: " + lost + ".");
        } finally {
            open.values().forEach(answer -> answer.cancel(false));
        }
    }

    private List<Outcome> sums() {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).participant instanceof SecureParticipant there) {
                ask(i, there.join(places.get(i).task));
            } else {
                lost.put(i, "it did not come back after a restart, or takes part in no secure sums");
            }
        }
        gather(window, enough);
        tell(group -> group.server.neighbours());
        tell(group -> group.server.envelopes());
        Map<Group, Message.Survivors> survivors = new HashMap<>();
        for (Group group : groups) {
            attempt(group, () -> survivors.put(group, group.server.survivors()));
        }
        if (groups.stream().allMatch(group -> group.failure != null)) {
            return List.of();
        }
        tell(group -> toEach(Objects.requireNonNull(survivors.get(group))));
        unmasking.run();
        tell(group -> group.server.consents());
        List<Outcome> sums = new ArrayList<>();
        for (Group group : groups) {
            attempt(group, () -> {
                List<Integer> counted = new ArrayList<>();
                Objects.requireNonNull(survivors.get(group)).participants().forEach(one -> counted.add(place(one)));
                counted.sort(null);
                sums.add(new Outcome(group.server.sum(), counted, lost));
            });
        }
        return sums;
    }

    private static Map<Integer, Message> toEach(Message.Survivors survivors) {
        Map<Integer, Message> same = new HashMap<>();
        survivors.participants().forEach(one -> same.put(one, survivors));
        return same;
    }

    /** Takes a step of a group that is still going; where too few are left it ends, and all its places are lost. */
    private void attempt(Group group, Runnable step) {
        if (group.failure != null) {
            return;
        }
        try {
            step.run();
        } catch (QuorumNotReachedException e) {
            group.failure = e;
            if (groups.size() > 1) {
                group.places.forEach(place -> lost.putIfAbsent(place, "its group has no sum: " + e.getMessage()));
            }
        }
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
    private void tell(Step step) {
        phase++;
        for (Group group : groups) {
            attempt(group, () -> step.messages(group).forEach((participant, message) -> {
                int place = place(participant);
                if (!lost.containsKey(place) && places.get(place).participant instanceof SecureParticipant there) {
                    ask(place, there.tell(message));
                }
            }));
        }
        boolean longer = window.isZero() || window.compareTo(LONGEST_STEP) > 0;
        gather(longer ? LONGEST_STEP : window, 0);
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
            Objects.requireNonNull(groupOf.get(answer.place())).server.receive(message);
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
