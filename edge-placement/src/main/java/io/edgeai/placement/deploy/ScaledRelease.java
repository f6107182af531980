package io.edgeai.placement.deploy;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingTarget;
import io.edgeai.placement.deploy.site.Release;
import java.util.List;
import java.util.OptionalLong;

/**
 * Lets an autoscaler change the replicas and the variant of one service of a site. The artifacts of all variants must
 * have been fetched there. Decisions that change nothing touch nothing; one for no replicas ends the service; one for
 * more or fewer leaves those alone that stay, where the site can. How long a release takes from being asked for to being healthy is told to the autoscaler, as closely as it looks; of a
 * site that calls everything healthy at once, as one without a readiness probe does, nothing is told.
 */
public final class ScaledRelease implements ScalingTarget {
    private final DeploymentTarget site;
    private final List<Release> variants;
    private int asked;
    private int variant;
    private final Ticker ticker;
    private OptionalLong startedAt = OptionalLong.empty();
    private boolean seenStarting;

    /** @param variants releases of one service, in the order of the profile's variants */
    public ScaledRelease(DeploymentTarget site, List<Release> variants) {
        this(site, variants, Ticker.system());
    }

    /**
     * @param variants releases of one service, in the order of the profile's variants
     * @param ticker measures starts
     */
    public ScaledRelease(DeploymentTarget site, List<Release> variants, Ticker ticker) {
        if (variants.stream().map(Release::service).distinct().count() != 1) {
            throw new InvalidInputException("Releases " + variants + " are not of one service.");
        }
        this.site = site;
        this.variants = List.copyOf(variants);
        this.ticker = ticker;
        this.asked = site.release(service()).map(Release::replicas).orElse(0);
    }

    private String service() {
        return variants.get(0).service();
    }

    @Override
    public Replicas replicas() {
        int ready = asked == 0 ? 0 : Math.min(asked, site.ready(service()));
        if (asked == 0 || ready < asked) {
            seenStarting = asked > 0;
            return new Replicas(ready, asked - ready);
        }
        List<Double> took = startedAt.isPresent() && seenStarting
                ? List.of((ticker.nanos() - startedAt.getAsLong()) / 1e9)
                : List.of();
        startedAt = OptionalLong.empty();
        seenStarting = false;
        return new Replicas(asked, 0, took);
    }

    @Override
    public void apply(ScalingDecision decision) {
        if (decision.replicas() == asked && decision.variant() == variant) {
            return;
        }
        if (decision.replicas() == 0) {
            site.deactivate(service());
            startedAt = OptionalLong.empty();
        } else {
            Release to = variants.get(decision.variant());
            if (decision.replicas() > asked || decision.variant() != variant) {
                startedAt = OptionalLong.of(ticker.nanos());
                seenStarting = false;
            }
            site.activate(to.replicas(decision.replicas()));
        }
        asked = decision.replicas();
        variant = decision.variant();
    }
}
