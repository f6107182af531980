package io.edgeai.federated;

import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.training.LocalModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What parts of a plan do not go together, each with its repair. */
final class PlanChecks {
    private PlanChecks() {}

    static void model(
            @Nullable LocalModel architecture,
            float @Nullable [] initial,
            FederationPlan.@Nullable EvaluationPlan evaluation,
            List<String> problems) {
        if (architecture == null) {
            problems.add("model is missing");
            return;
        }
        if (initial != null && initial.length != architecture.layout().size()) {
            problems.add("initialParameters has (" + initial.length + ") values, the model "
                    + architecture.layout().size());
        }
        if (evaluation != null
                && (evaluation.set().features() != architecture.features()
                        || evaluation.set().classes() != architecture.classes())) {
            problems.add("the evaluation set (" + evaluation.set() + ") does not fit the model of "
                    + architecture.features() + " features and " + architecture.classes() + " classes");
        }
    }

    /** @param other whether there is a protection of the user's own */
    static void protection(
            Protections protections, boolean other, Compression compression, RoundRules rules, List<String> problems) {
        SecureAggregation secure = protections.secure();
        if (secure != null && secure.grouped() && rules.goal() > 0) {
            problems.add(
                    "goal (" + rules.goal() + ") would end a round before each group has its survivors; maybe leave it"
                            + " out, and give a reportingWindow(..)");
        }
        if (!protections.none() && other) {
            problems.add("protection(..) excludes privacy(..) and secureAggregation(..)");
        }
        Codec codec = compression.updates();
        if (secure != null && codec != null) {
            problems.add(
                    "updates as " + codec.name()
                            + " cannot be added up unseen; maybe leave compression out and take SecureAggregation.of(..).coded(..)");
        }
    }

    /**
     * @param other whether there is a protection of the user's own
     * @param participants in this process
     */
    static void buffering(boolean other, @Nullable Path journal, int participants, List<String> problems) {
        if (other) {
            problems.add("asynchronous(..) excludes protection(..)");
        }
        if (journal != null && participants > 0) {
            problems.add("asynchronous(..) with a journal needs a population(..): what participants of this process"
                    + " work on ends with it");
        }
    }

    static void sites(
            SiteEvaluation how,
            Protections protections,
            @Nullable Buffering buffering,
            Crowd crowd,
            List<String> problems) {
        if (protections.privacy() != null) {
            problems.add(
                    "siteEvaluation(..) would release what participants' own data say of the model, which the budget of"
                            + " privacy(..) does not count; maybe use evaluation(..) on a set of the coordinator's");
        }
        if (buffering != null) {
            problems.add("asynchronous(..) has no rounds after which siteEvaluation(..) could ask; maybe use"
                    + " evaluation(..)");
        }
        if (crowd.count() > 0 && how.minimumReports() > crowd.count()) {
            problems.add("siteEvaluation(..) needs (" + how.minimumReports() + ") scores of (" + crowd.count()
                    + ") participants");
        }
        Set<String> abilities = crowd.abilities();
        if (!abilities.isEmpty() && !abilities.contains(FederationPlan.MEASURING)) {
            problems.add("participants of this population(..) cannot be asked to measure models");
        }
    }
}
