import type { SampledResponse } from "../../../api/console";
import { signed } from "../format";
import { layerValues, pieces, SUM, tokenTexts } from "./heat";
import { Scroll } from "../Scroll";

/** The heat map in numbers: a row for each part of the text that some reward is for, a column for each category. */
export function RewardTable({ response, layers, nameOf }: { response: SampledResponse; layers: string[]; nameOf: (key: string) => string }) {
  const texts = tokenTexts(response);
  return (
    <Scroll label={`Rewards of response ${response.index + 1}`}>
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Up to the reward</th>
            {[...layers, SUM].map((key) => (
              <th key={key} scope="col" className="num">
                {nameOf(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pieces(response, SUM).map(({ first, last }) => (
            <tr key={first}>
              <th scope="row" className="wrap">
                {texts
                  .slice(first, last + 1)
                  .join("")
                  .trim() || "(end of the response)"}
              </th>
              {[...layers, SUM].map((key) => {
                const value = layerValues(response, key)[last]!;
                return (
                  <td key={key} className="num">
                    {value === 0 && key !== SUM ? "" : signed(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
