package io.edgeai.formats.spi;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What an importer found in a model and what it made of it. Everything the graph computes is in it; what could not be
 * mapped is not, since it fails the import as a whole with one error.
 *
 * @param items one for each kind of part, in the order of their first place
 */
public record ImportReport(List<Item> items) {
    /** Of graphs that are used as they are. */
    public static final ImportReport EMPTY = new ImportReport(List.of());

    public ImportReport {
        items = List.copyOf(items);
    }

    /**
     * All parts of one kind.
     *
     * @param kind the operator, layer or estimator as its own framework calls it
     * @param count how many there are
     * @param became the ONNX operators they became, each with its number where above 1; "no node" where it was
     *     computed ahead or only names a value
     * @param places where they are in the model, at most the first five
     */
    public record Item(String kind, int count, String became, List<String> places) {
        public Item {
            places = List.copyOf(places);
        }

        /** One line: kind, number, what it became, and where. */
        @Override
        public String toString() {
            return kind + (count == 1 ? "" : " x " + count) + " -> " + became
                    + places.stream().collect(Collectors.joining(", ", " (", places.size() < count ? ", …)" : ")"));
        }
    }
}
