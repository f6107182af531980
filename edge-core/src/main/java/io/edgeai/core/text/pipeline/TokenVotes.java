package io.edgeai.core.text.pipeline;

import io.edgeai.core.text.Encoding;
import java.util.ArrayList;
import java.util.List;

/** Turns the probabilities of tokens into labels of tokens or of words. Stateless. */
final class TokenVotes {
    private TokenVotes() {}

    /** A token and the probability of each label. */
    static final class Vote {
        final Encoding.Token token;
        final double[] probabilities;

        Vote(Encoding.Token token, double[] probabilities) {
            this.token = token;
            this.probabilities = probabilities;
        }

        double surest() {
            return probabilities[Probabilities.largest(probabilities)];
        }
    }

    /** One entity for each token, or for each word where the aggregation judges words; labels keep their prefixes. */
    static List<Entity> counted(String text, List<Vote> votes, List<String> labels, Aggregation aggregation) {
        boolean words = aggregation != Aggregation.NONE && aggregation != Aggregation.SIMPLE;
        List<Entity> entities = new ArrayList<>();
        for (int from = 0; from < votes.size(); ) {
            int to = from + 1;
            int word = votes.get(from).token.word();
            while (words
                    && word != Encoding.NONE
                    && to < votes.size()
                    && votes.get(to).token.word() == word) {
                to++;
            }
            List<Vote> part = votes.subList(from, to);
            double[] joined = joined(part, aggregation);
            int best = Probabilities.largest(joined);
            int start = part.get(0).token.start();
            int end = part.get(part.size() - 1).token.end();
            entities.add(new Entity(labels.get(best), joined[best], text.substring(start, end), start, end));
            from = to;
        }
        return entities;
    }

    private static double[] joined(List<Vote> votes, Aggregation aggregation) {
        if (aggregation == Aggregation.AVERAGE) {
            double[] mean = new double[votes.get(0).probabilities.length];
            for (Vote vote : votes) {
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += vote.probabilities[i] / votes.size();
                }
            }
            return mean;
        }
        Vote chosen = votes.get(0);
        for (Vote vote : votes) {
            chosen = aggregation == Aggregation.MAX && vote.surest() > chosen.surest() ? vote : chosen;
        }
        return chosen.probabilities;
    }
}
