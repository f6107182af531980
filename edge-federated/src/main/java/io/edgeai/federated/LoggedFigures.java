package io.edgeai.federated;

import io.edgeai.federated.evaluation.ParticipantScore;
import io.edgeai.federated.evaluation.SiteFigures;
import io.edgeai.federated.journal.Words;
import java.util.ArrayList;
import java.util.List;

/** What participants measured, in a journal. */
final class LoggedFigures {
    private LoggedFigures() {}

    static void write(Words words, SiteFigures figures) {
        words.put(figures.asked())
                .put(figures.reported())
                .put(figures.samples())
                .put(figures.accuracy())
                .put(figures.loss())
                .put(figures.worst())
                .put(figures.tenth())
                .put(figures.median())
                .put(figures.summed() ? 1 : 0)
                .put(figures.bytesDown())
                .put(figures.problem())
                .put(figures.scores().size());
        figures.scores().forEach(score -> write(words, score));
        words.put(figures.missing().size());
        figures.missing().forEach(one -> words.put(one.participant()).put(one.reason()));
    }

    static SiteFigures read(Words words) {
        int asked = words.integer();
        int reported = words.integer();
        long samples = words.wide();
        double accuracy = words.number();
        double loss = words.number();
        double worst = words.number();
        double tenth = words.number();
        double median = words.number();
        boolean summed = words.integer() == 1;
        long bytesDown = words.wide();
        String problem = words.text();
        List<ParticipantScore> scores = new ArrayList<>();
        for (int i = words.integer(); i > 0; i--) {
            scores.add(score(words));
        }
        List<SiteFigures.Missing> missing = new ArrayList<>();
        for (int i = words.integer(); i > 0; i--) {
            missing.add(new SiteFigures.Missing(words.text(), words.text()));
        }
        return new SiteFigures(
                asked, reported, samples, accuracy, loss, worst, tenth, median, summed, scores, missing, bytesDown,
                problem);
    }

    static void write(Words words, ParticipantScore score) {
        words.put(score.participant())
                .put(score.samples())
                .put(score.accuracy())
                .put(score.loss());
    }

    static ParticipantScore score(Words words) {
        return new ParticipantScore(words.text(), words.integer(), words.number(), words.number());
    }
}
