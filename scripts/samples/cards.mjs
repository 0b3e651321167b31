// The sample `sample:cards`: payments by card that never happened, 4,000 of them, 3 in 100 fraud. Normal payments hang
// together (a shop has its prices and hours, what is far away is abroad); each kind of fraud breaks one of these ties.

/** Mulberry32: the same numbers on every machine. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Usual price (log), its spread, usual hour, spread, share paid online. */
const shops = {
  groceries: [3.4, 0.5, 17, 2.5, 0.1],
  fuel: [3.9, 0.25, 8, 3, 0],
  restaurant: [3.5, 0.5, 20, 1.5, 0.05],
  clothes: [4.2, 0.6, 15, 2.5, 0.45],
  electronics: [5.3, 0.8, 14, 3, 0.5],
  travel: [5.9, 0.6, 12, 4, 0.8],
};
const names = Object.keys(shops);
const abroad = ['DE', 'FR', 'US', 'JP'];
const count = 4000;
const fraudShare = 0.03;

export const cardsHeader = 'amount,hour,shop,online,country,distance_km,minutes_since_last,limit_used,class';

/** The CSV, with its header. */
export function cards(seed = 20260) {
  const random = randomOf(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const pick = (from) => from[Math.floor(random() * from.length)];
  const rows = Array.from({ length: count }, () => {
    const payment = usual({ random, normal, pick });
    return random() < fraudShare ? { ...stolen(payment, { random, normal, pick }), kind: 'fraud' } : payment;
  });
  return `${cardsHeader}\n${rows.map(line).join('\n')}\n`;
}

function usual({ random, normal, pick }) {
  const shop = pick(names);
  const [price, spread, hour, hours, online] = shops[shop];
  const away = random() < 0.06;
  const isOnline = random() < online;
  const amount = Math.exp(price + spread * normal());
  return {
    amount,
    hour: Math.min(23, Math.max(6, hour + hours * normal())),
    shop,
    online: isOnline ? 'yes' : 'no',
    country: away ? pick(abroad) : 'NL',
    distance: isOnline ? 0 : away ? Math.exp(6.5 + 0.5 * normal()) : Math.exp(1.2 + 0.8 * normal()),
    since: Math.exp(6 + 1.1 * normal()),
    limit: Math.min(1, Math.max(0.01, 0.25 + 0.12 * normal() + amount / 4000)),
    kind: 'normal',
  };
}

/** Four ways to use a card that is not one's own. Each number is one that other payments have, too: only the ties break. */
function stolen(payment, { random, normal, pick }) {
  const way = Math.floor(random() * 4);
  if (way === 0) return { ...payment, shop: pick(['groceries', 'fuel']), amount: Math.exp(5.9 + 0.4 * normal()) };
  if (way === 1) return { ...payment, online: 'yes', distance: Math.exp(6.5 + 0.5 * normal()) };
  if (way === 2) return { ...payment, online: 'no', country: 'NL', distance: Math.exp(6.5 + 0.5 * normal()) };
  return { ...payment, shop: 'restaurant', hour: 7 + 2 * random(), online: 'yes', distance: 0 };
}

const line = ({ amount, hour, shop, online, country, distance, since, limit, kind }) =>
  [
    amount.toFixed(2),
    Math.floor(hour),
    shop,
    online,
    country,
    distance.toFixed(1),
    since.toFixed(1),
    limit.toFixed(3),
    kind,
  ].join(',');
