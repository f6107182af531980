package io.edgeai.placement.deploy.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.model.Variant;

/**
 * What answers for a service on a site.
 *
 * @param service name of the workload
 * @param variant name of the variant that runs
 * @param artifact digest of its model
 * @param replicas how many copies run there, at least 1
 * @param batch inputs that one run takes at most, up to {@link Variant#MAX_BATCH}; 0 leaves that to the service
 */
public record Release(String service, String variant, Digest artifact, int replicas, int batch) {
    public Release {
        if (service.isBlank() || service.length() > 200 || variant.isBlank() || replicas < 1) {
            throw new InvalidInputException("Release of service (" + service + ") with variant (" + variant + ") and ("
                    + replicas + ") replicas needs names of 1 to 200 characters and at least one replica.");
        }
        if (batch < 0 || batch > Variant.MAX_BATCH) {
            throw new InvalidInputException("Batch (" + batch + ") of service (" + service + ") is not in 0 to "
                    + Variant.MAX_BATCH + ". Maybe 0, which leaves it to the service.");
        }
    }

    /** Leaves the size of batches to the service. */
    public Release(String service, String variant, Digest artifact, int replicas) {
        this(service, variant, artifact, replicas, 0);
    }

    /** The same with that many replicas. */
    public Release replicas(int count) {
        return new Release(service, variant, artifact, count, batch);
    }

    /** Whether the other is the same but for another number of replicas. */
    public boolean scales(Release other) {
        return replicas != other.replicas && replicas(other.replicas).equals(other);
    }

    /** {@code batch} is left out where it is 0, as releases were written before there was one. */
    public String toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("service", service)
                .put("variant", variant)
                .put("artifact", artifact.hex())
                .put("replicas", replicas);
        return (batch == 0 ? json : json.put("batch", batch)).toString();
    }

    /** @throws InvalidInputException where a field is missing or wrong */
    public static Release fromJson(String text) {
        return fromJson(SiteJson.object("release", text));
    }

    /** @throws InvalidInputException where a field is missing or wrong */
    public static Release fromJson(JsonNode json) {
        return new Release(
                SiteJson.text("release", json, "service"),
                SiteJson.text("release", json, "variant"),
                new Digest(SiteJson.text("release", json, "artifact")),
                (int) SiteJson.whole("release", json, "replicas", Integer.MAX_VALUE),
                json.has("batch") ? (int) SiteJson.whole("release", json, "batch", Variant.MAX_BATCH) : 0);
    }
}
