package io.edgeai.samples.demo;

import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Site;
import java.util.List;

/**
 * A dozen made-up sites in real cities: shops with small boxes, factories with larger ones, regional and central data
 * centres. Prices, watts and carbon are plausible figures, not anyone's.
 */
final class DemoSites {
    private static final long GIB = 1L << 30;

    private DemoSites() {}

    static List<Site> all() {
        return List.of(
                shop("shop-berlin", 52.52, 13.40, "eu-de", 380, 9000),
                shop("shop-munich", 48.14, 11.58, "eu-de", 380, 7000),
                shop("shop-paris", 48.86, 2.35, "eu-fr", 56, 8000),
                shop("shop-madrid", 40.42, -3.70, "eu-es", 170, 0),
                shop("shop-warsaw", 52.23, 21.01, "eu-pl", 660, 6000),
                factory("factory-turin", 45.07, 7.69, "eu-it", 330, 0.060),
                factory("factory-prague", 50.08, 14.44, "eu-cz", 450, 0.052),
                factory("factory-lyon", 45.76, 4.84, "eu-fr", 56, 0.058),
                center("region-frankfurt", 50.11, 8.68, "eu-de", 380, 0.034, 32),
                center("region-stockholm", 59.33, 18.07, "eu-se", 25, 0.030, 32),
                center("cloud-dublin", 53.35, -6.26, "eu-ie", 320, 0.022, 96),
                center("cloud-virginia", 38.95, -77.45, "us-va", 390, 0.015, 96));
    }

    private static Site shop(String id, double lat, double lon, String region, double carbon, long samples) {
        Site.Builder site = Site.builder(id)
                .region(region)
                .at(lat, lon)
                .cpuCores(2)
                .memoryBytes(2 * GIB)
                .diskBytes(16 * GIB)
                .hardware("small-box")
                .gigaMacsPerSecondPerCore(6)
                .pricePerCoreHour(0.011)
                .power(new Power(6, 15, 0, carbon))
                .availability(0.985)
                .label("camera");
        return samples == 0 ? site.build() : site.trainingData(samples).build();
    }

    private static Site factory(String id, double lat, double lon, String region, double carbon, double price) {
        return Site.builder(id)
                .region(region)
                .at(lat, lon)
                .cpuCores(8)
                .memoryBytes(16 * GIB)
                .diskBytes(128 * GIB)
                .hardware("industrial-pc")
                .gigaMacsPerSecondPerCore(14)
                .pricePerCoreHour(price)
                .power(new Power(25, 90, 0, carbon))
                .availability(0.995)
                .label("camera")
                .trainingData(20_000)
                .build();
    }

    private static Site center(
            String id, double lat, double lon, String region, double carbon, double price, int cores) {
        return Site.builder(id)
                .region(region)
                .at(lat, lon)
                .cpuCores(cores)
                .memoryBytes(4L * cores * GIB)
                .diskBytes(1024 * GIB)
                .hardware("server")
                .gigaMacsPerSecondPerCore(30)
                .pricePerCoreHour(price)
                .power(new Power(180, 520, 0, carbon))
                .availability(0.9995)
                .build();
    }
}
