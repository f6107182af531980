package io.edgeai.placement.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.SiteJson;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an InferenceService says of itself, by the fields of {@code serving.kserve.io/v1beta1}. */
final class InferenceServiceView {
    /** The release that a canary would take over from. */
    private static final String BEFORE = "edgeai.io/before";

    private static final String CANARY = "canaryTrafficPercent";
    private static final List<String> UNFINISHED = List.of("InProgress", "BlockedByFailedLoad", "InvalidSpec");

    private final ObjectNode tree;

    private InferenceServiceView(ObjectNode tree) {
        this.tree = tree;
    }

    static InferenceServiceView of(GenericKubernetesResource resource) {
        return of((ObjectNode) SiteJson.object("InferenceService", Serialization.asJson(resource)));
    }

    static InferenceServiceView of(ObjectNode tree) {
        return new InferenceServiceView(tree);
    }

    GenericKubernetesResource resource() {
        return Serialization.unmarshal(tree.toString(), GenericKubernetesResource.class);
    }

    Optional<Release> release() {
        return annotated(SiteCluster.RELEASE);
    }

    /** The release that still has most of the requests, while there is a canary. */
    private Optional<Release> before() {
        return annotated(BEFORE);
    }

    private Optional<Release> annotated(String name) {
        JsonNode text = tree.at("/metadata/annotations").path(name);
        return text.isTextual() ? Optional.of(Release.fromJson(text.textValue())) : Optional.empty();
    }

    /**
     * Makes a release live: one that follows another gets that share of the requests, and the other the rest, until it is
     * promoted. The way back from there leaves the other's pods alone: a canary of no requests with the other's model.
     *
     * @param wanted what the release asks for
     */
    void follow(ObjectNode wanted, Release release, int share) {
        Optional<Release> live = release();
        Optional<Release> before = before();
        take(wanted);
        if (live.filter(each -> sameModel(each, release)).isPresent()) {
            if (before.isEmpty()) {
                end();
            }
        } else if (before.filter(each -> sameModel(each, release)).isPresent()) {
            end();
            predictor().put(CANARY, 0);
        } else if (share < KserveTarget.ALL && live.isPresent()) {
            predictor().put(CANARY, share);
            tree.withObject("metadata")
                    .withObject("annotations")
                    .put(BEFORE, before.orElseGet(live::get).toJson());
        } else {
            end();
        }
    }

    private static boolean sameModel(Release one, Release other) {
        return one.equals(other) || one.scales(other);
    }

    /** Takes labels, annotations and the predictor's fields over; what is not spoken of stays. */
    private void take(ObjectNode wanted) {
        ObjectNode metadata = tree.withObject("metadata");
        for (String part : List.of("labels", "annotations")) {
            metadata.withObject(part).setAll(wanted.withObject("metadata").withObject(part));
        }
        predictor().setAll(wanted.withObject("spec").withObject("predictor"));
    }

    private ObjectNode predictor() {
        return tree.withObject("spec").withObject("predictor");
    }

    /**
     * Gives a canary all requests.
     *
     * @return whether there was one
     */
    boolean promote() {
        boolean canary = before().isPresent();
        if (canary) {
            end();
        }
        return canary;
    }

    private void end() {
        predictor().remove(CANARY);
        tree.withObject("metadata").withObject("annotations").remove(BEFORE);
    }

    /** Whether it is ready, and what is ready is what was last asked for. */
    boolean ready() {
        JsonNode status = tree.path("status");
        JsonNode seen = status.path("observedGeneration");
        JsonNode wanted = tree.at("/metadata/generation");
        if (seen.isNumber() && wanted.isNumber() && seen.longValue() < wanted.longValue()) {
            return false;
        }
        JsonNode predictor = status.at("/components/predictor");
        JsonNode created = predictor.path("latestCreatedRevision");
        boolean latest = created.isMissingNode() || created.equals(predictor.path("latestReadyRevision"));
        return latest
                && !UNFINISHED.contains(
                        status.at("/modelStatus/transitionStatus").asText())
                && holds("Ready");
    }

    private boolean holds(String type) {
        for (JsonNode condition : tree.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** Conditions that do not hold and why, and why the model was last not loaded. */
    String complaint() {
        List<String> all = new ArrayList<>();
        for (JsonNode condition : tree.at("/status/conditions")) {
            String status = condition.path("status").asText("Unknown");
            if (!status.equals("True") && !condition.path("type").asText().equals("Stopped")) {
                all.add(Complaints.text(
                        condition.path("type").asText(),
                        status,
                        condition.path("reason").asText(),
                        condition.path("message").asText()));
            }
        }
        JsonNode failure = tree.at("/status/modelStatus/lastFailureInfo");
        if (failure.isObject()) {
            all.add(Complaints.text(
                    "model",
                    tree.at("/status/modelStatus/transitionStatus").asText(),
                    failure.path("reason").asText(),
                    failure.path("message").asText()));
        }
        return String.join("; ", all);
    }
}
