package io.edgeai.core.text.source;

import io.edgeai.core.text.source.SentencePieceModel.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The pairs that pieces of a SentencePiece model of pairs (BPE) are joined from: SentencePiece joins the neighbours whose
 * whole has the highest score, and a {@code tokenizer.json} lists pairs by rank. Stateless.
 */
final class PieceMerges {
    private PieceMerges() {}

    record Pair(String left, String right) {}

    private record Ranked(Pair pair, double score) {}

    /** Every way to make a piece of two others, the best score first; of one piece the longest left part first. */
    static List<Pair> of(List<Piece> pieces) {
        Set<String> known = new HashSet<>();
        for (Piece piece : pieces) {
            if (piece.kind() == Piece.NORMAL) {
                known.add(piece.text());
            }
        }
        List<Ranked> pairs = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece.kind() == Piece.NORMAL) {
                waysTo(piece, known, pairs);
            }
        }
        pairs.sort(Comparator.comparingDouble(Ranked::score).reversed());
        return pairs.stream().map(Ranked::pair).toList();
    }

    private static void waysTo(Piece piece, Set<String> known, List<Ranked> pairs) {
        String whole = piece.text();
        int first = whole.offsetByCodePoints(0, 1);
        for (int cut = whole.length(); cut > first; ) {
            cut = whole.offsetByCodePoints(cut, -1);
            Pair pair = new Pair(whole.substring(0, cut), whole.substring(cut));
            if (known.contains(pair.left()) && known.contains(pair.right())) {
                pairs.add(new Ranked(pair, piece.score()));
            }
        }
    }
}
