package io.edgeai.samples.cli;

import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.evaluation.SiteFigures;
import java.util.Locale;

/** What participants measured last, for people. */
final class SiteSummary {
    private SiteSummary() {}

    /** Empty where they were never asked. */
    static String of(FederatedRun run) {
        return run.sites().map(SiteSummary::text).orElse("");
    }

    private static String text(SiteFigures sites) {
        if (!sites.problem().isEmpty()) {
            return "no figures of the sites: " + sites.problem();
        }
        return String.format(
                Locale.ROOT,
                "at %d of %d sites, on %d samples%s: accuracy %.4f (worst %.4f, tenth %.4f, median %.4f), loss %.4f",
                sites.reported(),
                sites.asked(),
                sites.samples(),
                sites.summed() ? " that were only added up" : "",
                sites.accuracy(),
                sites.worst(),
                sites.tenth(),
                sites.median(),
                sites.loss());
    }
}
