package io.edgeai.federated;

import io.edgeai.federated.privacy.Clipping;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.secagg.SumCoding;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.ParameterLayout;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What privacy and secure aggregation change of a plan, and what they exclude. What was not chosen by the user is chosen to
 * fit; what was chosen and does not fit is a problem.
 */
record Protections(@Nullable Privacy privacy, @Nullable SecureAggregation secure) {
    /** Algorithms whose participants send their parameters and nothing else that depends on their data. */
    private static final Set<String> ONLY_PARAMETERS = Set.of("fedavg", "fedprox", "ditto");

    boolean none() {
        return privacy == null && secure == null;
    }

    /**
     * @param participants all there are, or 0 where they come and go
     * @param abilities of participants elsewhere; empty where they are in this process
     */
    void check(
            @Nullable Strategy strategy,
            @Nullable Selection selection,
            int rounds,
            int participants,
            Set<String> abilities,
            List<String> problems) {
        if (none()) {
            return;
        }
        if (privacy != null
                && privacy.noiseBy() == Privacy.Noise.LOCAL
                && secure != null
                && !secure.coding().equals(SumCoding.none())) {
            problems.add("local noise is much longer than an update and fills the few bits of a coded sum; maybe use"
                    + " distributed noise");
        }
        if (!abilities.isEmpty()) {
            checkElsewhere(abilities, problems);
        }
        String what = privacy == null ? "secure aggregation" : "privacy";
        if (strategy != null) {
            ClientAlgorithm client = strategy.client();
            if (!ONLY_PARAMETERS.contains(client.name().split("\\(", 2)[0]) || client.needsInitialLoss()) {
                problems.add(what + " does not hide what " + client.name()
                        + " sends besides parameters; maybe use fedAvg() or fedProx(mu)");
            }
            boolean mean = strategy.aggregator().name().equals("weighted-mean");
            if (!mean && !grouped()) {
                problems.add(
                        what + " knows only sums, and " + strategy.aggregator().name()
                                + " looks at single updates; maybe use weightedMean(), with a clip norm against outliers"
                                + (privacy == null ? ", or SecureAggregation.of(..).grouped(..)" : ""));
            }
            if (mean && grouped()) {
                problems.add(
                        "groups only give up privacy where their means are averaged; maybe leave grouped(..) out, or"
                                + " take a robust rule such as Aggregator.centredClipping()");
            }
        }
        if (secure != null && secure.grouped()) {
            checkGroups(secure.groupSize(), participants, problems);
        }
        if (privacy != null) {
            if (selection != null && privacy.drawsSecretly()) {
                problems.add("a selection excludes "
                        + (privacy.sampling() < 1 ? "sampling (" + privacy.sampling() + ")" : "a fixed size")
                        + ", whose draws nobody may know; maybe leave the selection out");
            }
            problems.addAll(privacy.problems(rounds, participants));
            if (privacy.noiseBy() == Privacy.Noise.DISTRIBUTED && secure == null) {
                problems.add("distributed noise is too little in a single update; maybe add secureAggregation()");
            }
        }
    }

    private boolean grouped() {
        return secure != null && secure.grouped();
    }

    private void checkGroups(int size, int participants, List<String> problems) {
        if (privacy != null) {
            problems.add(
                    "privacy(..) counts what one sum of all says, and groups release a sum each; maybe leave grouped(..)"
                            + " out, with a clip norm against outliers");
        }
        if (participants > 0 && participants / size < SumGroups.LEAST) {
            problems.add("(" + participants + ") participants make (" + participants / size + ") groups of " + size
                    + ", a robust rule needs at least " + SumGroups.LEAST + "; maybe make groups smaller");
        }
    }

    /**
     * What does not fit a federation without rounds.
     *
     * @param participants all there are, or 0 where they come and go
     */
    void checkBuffered(int buffer, int participants, List<String> problems) {
        if (secure != null) {
            problems.add(
                    "asynchronous(..) excludes secureAggregation(..), whose sums are of those who began together; maybe"
                            + " use privacy(..) with central noise");
        }
        if (privacy == null) {
            return;
        }
        if (privacy.noiseBy() != Privacy.Noise.CENTRAL) {
            problems.add("asynchronous(..) has noise of the coordinator only, not (" + privacy.noiseBy()
                    + "); maybe use noiseBy(CENTRAL)");
        }
        if (privacy.sampling() < 1) {
            problems.add("asynchronous(..) takes whoever comes, so nothing is gained by sampling (" + privacy.sampling()
                    + "); maybe leave sampling out");
        }
        if (privacy.drawsSecretly() && privacy.sampling() == 1) {
            problems.add(
                    "asynchronous(..) takes whoever comes, so no fixed size is drawn; maybe leave fixedSize(..) out");
        }
        if (privacy.treeNoise()) {
            problems.add("asynchronous(..) has noise of its own for each movement, and none of a tree; maybe leave"
                    + " tree(..) out");
        }
        if (privacy.clipping() instanceof Clipping.Adaptive) {
            problems.add("asynchronous(..) clips by one norm from beginning to end; maybe use flat(norm)");
        }
        if (participants > 0 && buffer > participants) {
            problems.add("a private movement counts every participant once at most, and (" + participants
                    + ") never fill a buffer of " + buffer + "; maybe make the buffer smaller");
        }
    }

    private void checkElsewhere(Set<String> abilities, List<String> problems) {
        if (privacy != null && privacy.repeatable()) {
            problems.add(
                    "noise from a seed protects nobody, and participants from elsewhere are real; maybe give a ledger(..)"
                            + " instead");
        }
        if (secure == null) {
            return;
        }
        if (!abilities.contains("secagg")) {
            problems.add("participants from elsewhere cannot know each other's keys; maybe give the door a roster(..)");
        }
        if (privacy != null && privacy.clipping() instanceof Clipping.Adaptive) {
            problems.add("adaptive clipping counts who was clipped, which a secure sum hides; maybe use flat(norm)");
        }
    }

    /** Uniform weights always: the number of samples is a secret too, and its weight would be one participant's influence. */
    Strategy strategy(@Nullable Strategy chosen) {
        Strategy fitting = chosen != null
                ? chosen
                : grouped() ? Strategies.fedProx(0).aggregator(Aggregator.centredClipping()) : Strategies.fedProx(0);
        return fitting.weighting(Weighting.uniform());
    }

    Selection selection(Selection chosen) {
        return privacy == null ? chosen : privacy.selection(chosen);
    }

    /**
     * @param rule over the means of groups, where there are any
     * @param seed draws groups
     */
    ProtectedRounds rounds(int count, ParameterLayout layout, boolean elsewhere, Aggregator rule, long seed) {
        int[] layers = new int[layout.tensors().size() + 1];
        for (int i = 1; i < layers.length; i++) {
            layers[i] = layers[i - 1] + layout.tensors().get(i - 1).size();
        }
        SumGroups groups = secure != null && secure.grouped() ? new SumGroups(secure.groupSize(), rule, seed) : null;
        return new ProtectedRounds(privacy, secure, count, layers, elsewhere, groups);
    }
}
