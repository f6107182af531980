package io.edgeai.federated;

import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.training.LocalModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who takes part: parts of data in this process, participants of the user's own, or a population. Not thread-safe. */
final class Crowd {
    private final List<FederatedParticipant> own = new ArrayList<>();
    private @Nullable FederatedDataset data;
    private @Nullable Population population;

    void data(FederatedDataset parts) {
        this.data = parts;
    }

    void add(FederatedParticipant participant) {
        own.add(participant);
    }

    void population(Population everybody) {
        this.population = everybody;
    }

    /** How many there are; 0 where they come and go. */
    int count() {
        return own.size() + (data == null ? 0 : data.size());
    }

    /** Of participants elsewhere; empty where they are in this process. */
    Set<String> abilities() {
        return population == null ? Set.of() : population.abilities();
    }

    /** @param architecture null where it is missing */
    void check(@Nullable LocalModel architecture, RoundRules rules, Compression compression, List<String> problems) {
        FederatedDataset parts = data;
        if (architecture != null
                && parts != null
                && (parts.features() != architecture.features() || parts.classes() != architecture.classes())) {
            problems.add("the data have (" + parts.features() + ") features and (" + parts.classes()
                    + ") classes, the model " + architecture.features() + " and " + architecture.classes());
        }
        if (population == null) {
            checkCount(rules, problems);
        } else if (count() > 0) {
            problems.add("population(..) and (" + count() + ") participants of their own exclude each other");
        }
        checkIds(problems);
        if (population != null && compression.updates() != null && abilities().isEmpty()) {
            problems.add("this population(..) is in this process, and its participants compress nothing");
        }
    }

    private void checkCount(RoundRules rules, List<String> problems) {
        if (count() == 0) {
            problems.add("there are no participants; maybe call data(..) or participant(..)");
        }
        if (rules.wanted() > Math.max(1, count())) {
            String what = rules.goal() > rules.minimumReports() ? "goal" : "minimumReports";
            problems.add(what + " (" + rules.wanted() + ") is more than the participants (" + count() + ")");
        }
    }

    private void checkIds(List<String> problems) {
        Set<String> ids = new HashSet<>();
        if (data != null) {
            data.participants().forEach(part -> checkId(part.id(), part.train().size(), ids, problems));
        }
        own.forEach(one -> checkId(one.id(), one.samples(), ids, problems));
    }

    private static void checkId(String id, int samples, Set<String> ids, List<String> problems) {
        if (!ids.add(id)) {
            problems.add("participant id (" + id + ") occurs twice");
        }
        if (samples < 1) {
            problems.add("participant (" + id + ") has (" + samples + ") samples");
        }
    }

    /** Everybody of a run; those in this process compress as participants elsewhere are told to. */
    Population everybody(LocalModel architecture, Compression compression) {
        Population elsewhere = population;
        if (elsewhere != null) {
            return elsewhere;
        }
        List<FederatedParticipant> everyone = new ArrayList<>();
        if (data != null) {
            InProcessParticipant.Trainers trainers = new InProcessParticipant.Trainers(architecture);
            data.participants().forEach(part -> everyone.add(new InProcessParticipant(part, trainers)));
        }
        everyone.addAll(own);
        Codec updates = compression.updates();
        if (updates != null) {
            everyone.replaceAll(one -> new CompressedParticipant(one, updates, compression.decay()));
        }
        List<FederatedParticipant> fixed = List.copyOf(everyone);
        return () -> fixed;
    }
}
