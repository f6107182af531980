package io.edgeai.placement.deploy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingTarget;
import io.edgeai.placement.deploy.site.Release;
import java.util.List;

/**
 * Lets an autoscaler change the replicas and the variant of one service of a site. The artifacts of all variants must
 * have been fetched there. Decisions that change nothing touch nothing; one for no replicas ends the service.
 */
public final class ScaledRelease implements ScalingTarget {
    private final DeploymentTarget site;
    private final List<Release> variants;
    private int asked;
    private int variant;

    /** @param variants releases of one service, in the order of the profile's variants */
    public ScaledRelease(DeploymentTarget site, List<Release> variants) {
        if (variants.stream().map(Release::service).distinct().count() != 1) {
            throw new InvalidInputException("Releases " + variants + " are not of one service.");
        }
        this.site = site;
        this.variants = List.copyOf(variants);
        this.asked = site.release(service()).map(Release::replicas).orElse(0);
    }

    private String service() {
        return variants.get(0).service();
    }

    @Override
    public Replicas replicas() {
        return asked > 0 && site.healthy(service()) ? new Replicas(asked, 0) : new Replicas(0, asked);
    }

    @Override
    public void apply(ScalingDecision decision) {
        if (decision.replicas() == asked && decision.variant() == variant) {
            return;
        }
        if (decision.replicas() == 0) {
            site.deactivate(service());
        } else {
            Release to = variants.get(decision.variant());
            site.activate(new Release(to.service(), to.variant(), to.artifact(), decision.replicas()));
        }
        asked = decision.replicas();
        variant = decision.variant();
    }
}
