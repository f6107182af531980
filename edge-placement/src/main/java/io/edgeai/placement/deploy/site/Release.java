package io.edgeai.placement.deploy.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;

/**
 * What answers for a service on a site.
 *
 * @param service name of the workload
 * @param variant name of the variant that runs
 * @param artifact digest of its model
 * @param replicas how many copies run there, at least 1
 */
public record Release(String service, String variant, Digest artifact, int replicas) {
    public Release {
        if (service.isBlank() || service.length() > 200 || variant.isBlank() || replicas < 1) {
            throw new InvalidInputException("Release of service (" + service + ") with variant (" + variant + ") and ("
                    + replicas + ") replicas needs names of 1 to 200 characters and at least one replica.");
        }
    }

    public String toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("service", service)
                .put("variant", variant)
                .put("artifact", artifact.hex())
                .put("replicas", replicas)
                .toString();
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
                (int) SiteJson.whole("release", json, "replicas", Integer.MAX_VALUE));
    }
}
