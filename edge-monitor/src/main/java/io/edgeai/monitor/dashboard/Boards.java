package io.edgeai.monitor.dashboard;

import java.util.List;
import java.util.function.Supplier;

/** What others than the monitor put on the page. */
record Boards(Supplier<List<ExperimentCard>> experimentCards, Supplier<List<SiteCard>> siteCards) {
    List<ExperimentCard> experiments() {
        return experimentCards.get();
    }

    List<SiteCard> sites() {
        return siteCards.get();
    }
}
