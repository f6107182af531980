package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.secagg.SumTerms;
import io.edgeai.federated.selection.Candidates;
import io.edgeai.federated.selection.Experience;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.Contribution;
import io.edgeai.federated.strategy.LocalWork;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.training.SgdSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One round from its selection to its commit. What it decides follows from the state, the plan and its number. */
final class Round implements Collection.Sink {
    private static final long SELECTION = -1;
    private static final long STRAGGLERS = -2;
    private static final long PROTECTION = -3;
    private static final long PATIENCE_MILLIS = 20;

    private final FederationPlan plan;
    private final RunState state;
    private final RoundLog log;
    private final BooleanSupplier cancelled;
    private final int number;
    private final SgdSettings settings;
    private final float[] start;
    private final Aggregator.Accumulator accumulator;
    private final double medianSamples;
    private final List<ClientAlgorithm.ReportedLoss> losses = new ArrayList<>();
    private final List<Experience> experiences = new ArrayList<>();
    private final List<RoundResult.Failure> failures = new ArrayList<>();
    private Candidates candidates;
    private Broadcast broadcast;
    private @Nullable UpdateGuard guard;
    private int reported;
    private int partial;
    private int dropped;
    private int late;
    private long bytesUp;

    Round(FederationPlan plan, RunState state, RoundLog log, BooleanSupplier cancelled) {
        this.plan = plan;
        this.state = state;
        this.log = log;
        this.cancelled = cancelled;
        this.number = state.nextRound();
        SgdSettings local = plan.local();
        this.settings = local.mu(state.course.mu())
                .learningRate(Math.max(
                        Double.MIN_NORMAL, local.learningRate() * Math.pow(plan.learningRateDecay(), number - 1)));
        this.start = state.model.clone();
        this.broadcast = new Broadcast(start, null);
        this.accumulator = plan.strategy().aggregator().start(start);
        state.members.refresh(plan.population().members());
        this.medianSamples = state.members.medianSamples();
        this.candidates = new Candidates(number, new int[0], state.members::samples);
    }

    /** @throws QuorumNotReachedException where too little usable work came; the state is as before then */
    RoundResult run() {
        long begin = plan.ticker().nanos();
        phase(RoundPhase.SELECTING);
        RoundLog.Unfinished before = log.unfinished();
        int[] selected = before.none() ? select(begin) : selectedBefore(before);
        phase(RoundPhase.CONFIGURING);
        plan.protection().begin(number, selected.length, state.members.size());
        if (before.none()) {
            if (number == 1 && plan.protection().state().length > 0) {
                log.committed(state); // what its noise follows from, before anything is made of it
            }
            log.selected(
                    number, Arrays.stream(selected).mapToObj(state.members::id).toList());
        }
        List<Collection.Place> places = configure(selected);
        phase(RoundPhase.COLLECTING);
        double[] combined = guard != null && guard.sum() != null
                ? unmasked(places, guard.sum(), before)
                : collected(places, before);
        state.course.combined(start, combined);
        plan.protection().combined(number, reported, start, combined, Seeds.mix(plan.seed(), number, PROTECTION));
        phase(RoundPhase.COMMITTING);
        state.server.apply(state.model, combined);
        state.average(plan.strategy().servedAverage());
        state.course.observe(losses);
        state.selection.observe(candidates, experiences);
        return result(selected.length, begin);
    }

    private void phase(RoundPhase phase) {
        checkCancelled();
        plan.onPhase().accept(number, phase);
    }

    private void checkCancelled() {
        if (cancelled.getAsBoolean() || plan.progress().cancelled()) {
            throw new OperationCancelledException("The federated run was cancelled in round (" + number + ").");
        }
    }

    private int[] select(long begin) {
        int[] there = state.members.available();
        while (there.length < plan.rules().wanted()
                && plan.ticker().nanos() - begin
                        < plan.rules().selectionWindow().toNanos()) {
            pause();
            state.members.refresh(plan.population().members());
            there = state.members.available();
        }
        candidates = candidates(there);
        int[] selected = state.selection.select(candidates, random(SELECTION));
        BitSet allowed = new BitSet();
        Arrays.stream(there).forEach(allowed::set);
        for (int participant : selected) {
            if (participant < 0 || !allowed.get(participant)) {
                throw new InvalidInputException("The selection of round " + number + " has participant (" + participant
                        + ") of " + state.members.size() + ", which does not exist or is already selected.");
            }
            allowed.clear(participant);
        }
        return selected;
    }

    private Candidates candidates(int[] there) {
        Duration ahead = length();
        return new Candidates(number, there, state.members::samples, participant -> {
            FederatedParticipant one = state.members.find(participant);
            return one == null ? 0 : one.staying(ahead);
        });
    }

    /** How long a participant must stay: the reporting window, or where there is none as long as the last round took. */
    private Duration length() {
        Duration window = plan.rules().reportingWindow();
        if (!window.isZero()) {
            return window;
        }
        return state.rounds.isEmpty()
                ? Duration.ofMinutes(1)
                : Duration.ofNanos(
                        (long) (1e9 * state.rounds.get(state.rounds.size() - 1).seconds()));
    }

    private int[] selectedBefore(RoundLog.Unfinished before) {
        int[] selected =
                before.selected().stream().mapToInt(state.members::number).toArray();
        for (int participant : selected) {
            if (state.members.find(participant) == null) {
                plan.population()
                        .expect(state.members.id(participant), state.members.samples(participant))
                        .ifPresent(expected -> state.members.refresh(List.of(expected)));
            }
        }
        candidates = candidates(state.members.available());
        return selected;
    }

    private void pause() {
        checkCancelled();
        try {
            boolean unused = new CountDownLatch(1).await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("The federated run was interrupted in round (" + number
                    + ") while it waited for participants to come.");
        }
    }

    private List<Collection.Place> configure(int[] selected) {
        int[] epochs = plan.stragglers().epochs(selected.length, settings.epochs(), random(STRAGGLERS));
        float[] control = state.course.begin(start, state.members.size());
        Compression compression = plan.compression();
        broadcast = Broadcast.of(start, control, compression.models());
        guard = plan.guard();
        Sending sending = new Sending(compression.updates(), compression.decay(), guard);
        ClientAlgorithm client = plan.strategy().client();
        List<Collection.Place> places = new ArrayList<>();
        for (int i = 0; i < selected.length; i++) {
            boolean slow = epochs[i] < settings.epochs();
            if (slow && !client.keepsPartialWork()) {
                dropped++;
                continue;
            }
            int participant = selected[i];
            RoundTask task = new RoundTask(
                    number,
                    broadcast,
                    settings.epochs(epochs[i]),
                    client.rule(),
                    client.needsInitialLoss(),
                    Seeds.mix(plan.seed(), number, participant));
            places.add(new Collection.Place(
                    participant,
                    state.members.id(participant),
                    state.members.find(participant),
                    task.sending(sending),
                    slow));
        }
        return places;
    }

    private double[] collected(List<Collection.Place> places, RoundLog.Unfinished before) {
        UpdateCheck check = new UpdateCheck(broadcast, plan.rules().maximumNorm());
        Collection collection = new Collection(plan, log, check, this, this::checkCancelled, number);
        for (int i = 0; i < places.size(); i++) {
            collection.add(
                    places.get(i), before.accepted().get(i), before.refused().get(i));
        }
        collection.run();
        checkQuorum(places.size() + dropped);
        phase(RoundPhase.UNMASKING);
        return accumulator.result();
    }

    /** Nobody is told that its update counts before the sum is written down: from there the round needs no one any more. */
    private double[] unmasked(List<Collection.Place> places, SumTerms terms, RoundLog.Unfinished before) {
        List<SecureCollection.Outcome> sums = before.sums();
        if (sums.isEmpty()) {
            sums = new SecureCollection(
                            plan,
                            number,
                            terms,
                            places,
                            plan.together(number, places.size()),
                            () -> phase(RoundPhase.UNMASKING),
                            this::checkCancelled)
                    .run();
            log.summed(sums);
            log.force();
        }
        Map<Integer, String> lost = sums.get(0).lost();
        Set<Integer> survivors = new HashSet<>();
        sums.forEach(sum -> survivors.addAll(sum.survivors()));
        for (int i = 0; i < places.size(); i++) {
            settle(
                    places.get(i),
                    survivors.contains(i),
                    lost.getOrDefault(i, "it was lost"),
                    terms.bytes(start.length));
        }
        checkQuorum(places.size() + dropped);
        return plan.unmasked(start, sums);
    }

    private void settle(Collection.Place place, boolean counts, String reason, int vectorBytes) {
        if (counts) {
            reported++;
            bytesUp += vectorBytes;
            partial += place.partial ? 1 : 0;
            int samples = state.members.samples(place.number);
            experiences.add(new Experience(place.number, true, samples, Double.NaN, Double.NaN));
        } else {
            refused(place, reason);
        }
        if (place.participant != null) {
            place.participant.settled(new Receipt(number, place.task.updateId(), counts, counts ? "" : reason));
        }
    }

    @Override
    public void take(Collection.Place place, Update update) {
        double weight = plan.strategy().weighting().weight(update.samples(), medianSamples);
        float[] parameters = broadcast.exact(update.parameters(), start);
        Contribution contribution = state.course.contribution(new LocalWork(
                start, parameters, weight, update.steps(), settings, update.initialLoss(), update.control()));
        accumulator.add(contribution.parameters(), contribution.weight());
        reported++;
        bytesUp += update.bytes() > 0 ? update.bytes() : 4L * start.length;
        partial += place.partial ? 1 : 0;
        experiences.add(new Experience(place.number, true, update.samples(), update.initialLoss(), update.seconds()));
        if (Double.isFinite(update.initialLoss())) {
            losses.add(new ClientAlgorithm.ReportedLoss(place.number, update.samples(), update.initialLoss()));
        }
    }

    @Override
    public void refused(Collection.Place place, String reason) {
        failures.add(new RoundResult.Failure(place.id, reason));
        experiences.add(new Experience(place.number, false, 0, Double.NaN, Double.NaN));
    }

    @Override
    public void late(Collection.Place place) {
        late++;
        experiences.add(new Experience(place.number, false, 0, Double.NaN, Double.NaN));
    }

    private void checkQuorum(int selected) {
        boolean empty = selected == 0 && plan.protection().mayBeEmpty();
        if (reported < plan.rules().minimumReports() && !empty) {
            throw new QuorumNotReachedException("Round " + number + " has (" + reported + ") usable updates of "
                    + selected + " participants, needs " + plan.rules().minimumReports() + ": " + dropped
                    + " stragglers dropped, " + (late > 0 ? late + " late, " : "") + failures.size() + " failed"
                    + firstFailure() + ".");
        }
    }

    private String firstFailure() {
        return failures.isEmpty()
                ? ""
                : " (the first, " + failures.get(0).participant() + ": "
                        + failures.get(0).reason() + ")";
    }

    private RoundResult result(int selected, long begin) {
        Evaluation evaluation = plan.evaluate(number, state.served);
        long modelBytes = broadcast.codedBytes() > 0 ? broadcast.codedBytes() : 4L * start.length;
        return new RoundResult(
                number,
                selected,
                reported,
                dropped,
                late,
                partial,
                failures,
                settings.mu(),
                evaluation == null ? Double.NaN : evaluation.accuracy(),
                evaluation == null ? Double.NaN : evaluation.loss(),
                modelBytes * selected,
                bytesUp,
                (plan.ticker().nanos() - begin) / 1e9,
                plan.protection().epsilon(),
                0);
    }

    private SplittableRandom random(long purpose) {
        return new SplittableRandom(Seeds.mix(plan.seed(), number, purpose));
    }
}
